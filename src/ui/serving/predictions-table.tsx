import { Group, Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { Deployment, Prediction } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ErrorState } from '../kit/error-state.tsx'
import { TableSkeleton } from '../kit/loading.tsx'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { ExportPredictions } from './export-predictions.tsx'
import { predictionPath } from './paths.ts'
import { predictionColumns } from './prediction-columns.tsx'
import { servingQueries } from './queries.ts'

/** What was predicted, newest first: inputs, outputs and the label once it is known. */
export function PredictionsTable({ deployment }: { readonly deployment: Deployment }) {
  const [variant, setVariant] = useUrlState('variant')
  const [labeled, setLabeled] = useUrlState('labeled')
  const query = useInfiniteQuery(
    servingQueries.predictions({
      deployment: deployment.name,
      variant,
      labeled: labeled === 'true' || labeled === 'false' ? labeled : '',
    }),
  )
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = usePredictionColumns(rows)
  const { hasNextPage, isFetching, fetchNextPage } = query
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  if (query.error !== null && query.data === undefined) {
    return <ErrorState title="Cannot show the predictions" error={query.error} onRetry={() => void query.refetch()} />
  }
  if (query.data === undefined) return <TableSkeleton />
  if (rows.length === 0 && variant === '' && labeled === '') {
    return (
      <EmptyState title="No predictions yet" isCompact>
        Send a request as the last tab shows; each predicted row appears here with its id.
      </EmptyState>
    )
  }
  return (
    <Panel isFlush>
      <DataTable
        name="predictions"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        rowTo={(row) => predictionPath(row.id)}
        isServerOrdered
        onEnd={loadMore}
        hasMore={hasNextPage}
        height={600}
        isMain
        toolbar={
          <Group gap="xs">
            <Select
              aria-label="Variant"
              placeholder="All variants"
              clearable
              data={deployment.variants.map(({ name }) => name)}
              value={variant === '' ? null : variant}
              onChange={(value) => setVariant(value ?? '')}
              w={150}
            />
            <Select
              aria-label="Label"
              placeholder="With and without label"
              clearable
              data={[
                { value: 'true', label: 'With label' },
                { value: 'false', label: 'Without label' },
              ]}
              value={labeled === '' ? null : labeled}
              onChange={(value) => setLabeled(value ?? '')}
              w={200}
            />
            <ExportPredictions deployment={deployment.name} />
          </Group>
        }
      />
    </Panel>
  )
}

/** New columns only when a feature appears that was not there before. */
function usePredictionColumns(rows: readonly Prediction[]) {
  const columns = useMemo(() => predictionColumns(rows.slice(0, 50)), [rows])
  const names = columns.map(({ id }) => id).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names stand for the columns
  return useMemo(() => columns, [names])
}
