import type { Run } from '../app/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration, formatNumber } from '../kit/format.ts'
import { paths } from '../kit/paths.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { selectionColumn } from './selection.tsx'

const fixed: readonly TableColumn<Run>[] = [
  {
    id: 'name',
    label: 'Run',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={paths.run(row.id)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 220,
    isPinned: true,
  },
  {
    id: 'status',
    label: 'Status',
    value: (row) => row.status,
    cell: (row) => <StatusBadge status={row.status} />,
    width: 116,
    grow: 0,
  },
  {
    id: 'start_time',
    label: 'Started',
    value: (row) => row.startedAt,
    cell: (row) => <RelativeTime at={row.startedAt} />,
    width: 116,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'duration',
    label: 'Duration',
    value: durationOf,
    cell: (row) => {
      const duration = durationOf(row)
      return duration === undefined ? null : formatDuration(duration)
    },
    width: 106,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'source',
    label: 'Source',
    value: (row) => row.source.name ?? (row.stepRunId === undefined ? undefined : 'pipeline step'),
    width: 150,
    isHidden: true,
  },
  { id: 'createdBy', label: 'By', value: (row) => row.createdBy, width: 100, isHidden: true },
  {
    id: 'id',
    label: 'Id',
    value: (row) => row.id,
    cell: (row) => <EntityId id={row.id} to={null} />,
    width: 150,
    isHidden: true,
  },
]

function durationOf(run: Run): number | undefined {
  return run.endedAt === undefined ? undefined : run.endedAt - run.startedAt
}

/** More than these of a kind start hidden; the reader finds them in the column menu. */
const shownAtFirst = { metrics: 6, params: 5 } as const

/** The fixed columns and one per metric and param that occurs in the loaded runs, most frequent first. */
export function runColumns(runs: readonly Run[]): readonly TableColumn<Run>[] {
  const metrics = ranked(runs, (run) => run.metrics.map(({ key }) => key))
  const params = ranked(runs, (run) => Object.keys(run.params))
  return [
    selectionColumn,
    ...fixed,
    ...metrics.map((key, index) => metricColumn(key, index >= shownAtFirst.metrics)),
    ...params.map((key, index) => paramColumn(key, index >= shownAtFirst.params)),
  ]
}

function ranked(runs: readonly Run[], keysOf: (run: Run) => readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const run of runs) for (const key of keysOf(run)) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([key]) => key)
}

function metricColumn(key: string, isHidden: boolean): TableColumn<Run> {
  const metricOf = (run: Run) => run.metrics.find((metric) => metric.key === key)?.value
  return {
    id: `metrics.${key}`,
    label: key,
    hint: `Metric ${key}, latest value`,
    value: (run) => {
      const value = metricOf(run)
      return value === undefined ? undefined : Number(value)
    },
    cell: (run) => {
      const value = metricOf(run)
      return value === undefined ? null : formatNumber(Number(value))
    },
    width: Math.min(170, Math.max(92, key.length * 8 + 30)),
    isNumber: true,
    isHidden,
  }
}

function paramColumn(key: string, isHidden: boolean): TableColumn<Run> {
  return {
    id: `params.${key}`,
    label: key,
    hint: `Parameter ${key}`,
    value: (run) => run.params[key],
    width: Math.min(180, Math.max(100, key.length * 8 + 30)),
    isHidden,
  }
}
