import { SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ColumnProfile } from '../ground/wire.ts'
import { formatCount, formatNumber, formatPercent, formatTime } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { MiniBars, ShareBars } from '../kit/mini-bars.tsx'
import { Panel } from '../kit/panel.tsx'
import { datasetQueries } from './queries.ts'

/** One card per column: shape, range and gaps. Computed by the server over all rows, not over the preview. */
export function VersionProfile({ dataset, version }: { readonly dataset: string; readonly version: string }) {
  const query = useQuery(datasetQueries.profile(dataset, version))
  return (
    <Loaded query={query} what="the profile">
      {({ columns, rowCount }) => (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} spacing="sm">
          {columns.map((column) => (
            <ColumnCard key={column.name} column={column} rowCount={rowCount} />
          ))}
        </SimpleGrid>
      )}
    </Loaded>
  )
}

function ColumnCard({ column, rowCount }: { readonly column: ColumnProfile; readonly rowCount: number }) {
  const show = (value: unknown) => cellText(column, value)
  return (
    <Panel title={column.name} note={column.type.toLowerCase()}>
      {column.histogram === undefined ? (
        <ShareBars
          label={`Most frequent values of ${column.name}`}
          total={rowCount}
          items={(column.top ?? []).slice(0, 6).map(({ value, count }) => ({ label: show(value), count }))}
        />
      ) : (
        <MiniBars label={`Distribution of ${column.name}`} bins={column.histogram} format={(value) => show(value)} />
      )}
      <KeyValues
        items={[
          {
            label: 'Missing',
            value:
              column.nullCount === 0
                ? 'none'
                : `${formatCount(column.nullCount)} (${formatPercent(column.nullCount / rowCount)})`,
          },
          { label: 'Distinct', value: formatCount(column.distinctCount) },
          { label: 'Range', value: column.min === undefined ? undefined : `${show(column.min)} … ${show(column.max)}` },
          { label: 'Mean ± sd', value: spread(column) },
          { label: 'Median', value: column.quantiles === undefined ? undefined : show(column.quantiles.p50) },
        ]}
      />
    </Panel>
  )
}

function spread({ mean, standardDeviation }: ColumnProfile): string | undefined {
  if (mean === undefined) return undefined
  return standardDeviation === undefined
    ? formatNumber(mean)
    : `${formatNumber(mean)} ± ${formatNumber(standardDeviation)}`
}

function cellText(column: ColumnProfile, value: unknown): string {
  if (value === null || value === undefined) return 'missing'
  if (typeof value === 'number') return column.kind === 'time' ? formatTime(value) : formatNumber(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
