import { Skeleton, Stack } from '@mantine/core'

/** Gray rows in the shape of a table, for the moment before the first answer. */
export function TableSkeleton({ rows = 8 }: { readonly rows?: number }) {
  return (
    <Stack gap={10} p="md" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <Skeleton key={index} height={14} width={`${92 - ((index * 17) % 38)}%`} radius="sm" />
      ))}
    </Stack>
  )
}

/** A page whose code is on its way. */
export function PageSkeleton() {
  return (
    <Stack gap="lg" p="lg" role="status" aria-label="Loading">
      <Skeleton height={22} width={220} radius="sm" />
      <Skeleton height={120} radius="md" />
      <Skeleton height={260} radius="md" />
    </Stack>
  )
}
