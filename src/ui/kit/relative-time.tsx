import { Tooltip } from '@mantine/core'
import { formatRelative, formatTime } from './format.ts'
import { useNow } from './now.ts'

/** When something happened, as a distance; the exact time on hover. Epoch milliseconds. */
export function RelativeTime({ at }: { readonly at: number | null | undefined }) {
  const now = useNow()
  if (at === null || at === undefined) return <span style={{ color: 'var(--sl-ink-3)' }}>–</span>
  return (
    <Tooltip label={formatTime(at)}>
      <time dateTime={new Date(at).toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {formatRelative(at, now)}
      </time>
    </Tooltip>
  )
}
