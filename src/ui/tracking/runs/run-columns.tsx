import type { Run, RunKeys } from '../../ground/wire.ts'
import { EntityId } from '../../kit/entity-id.tsx'
import { formatDuration, formatNumber } from '../../kit/format.ts'
import { RelativeTime } from '../../kit/relative-time.tsx'
import { RouteLink } from '../../kit/route-link.tsx'
import { StatusBadge } from '../../kit/status-badge.tsx'
import type { TableColumn } from '../../kit/table/table-column.ts'
import { runPath } from '../paths.ts'
import type { ColorScale } from './color-scale.ts'
import { type LoggedColumn, loggedColumns } from './logged-columns.ts'
import { ColorDot, selectionColumn } from './selection.tsx'

export const nameColumn: TableColumn<Run> = {
  id: 'name',
  label: 'Run',
  value: (row) => row.name,
  cell: (row) => <NamedCell run={row} />,
  width: 220,
  isPinned: true,
}

export const statusColumn: TableColumn<Run> = {
  id: 'status',
  label: 'Status',
  value: (row) => row.status,
  cell: (row) => <StatusBadge status={row.status} />,
  width: 116,
  grow: 0,
}

const fixed: readonly TableColumn<Run>[] = [
  nameColumn,
  statusColumn,
  {
    id: 'startedAt',
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

/** The fixed columns and one for each metric, param and tag. */
export function runColumns(keys: RunKeys): readonly TableColumn<Run>[] {
  return [selectionColumn, ...fixed, ...loggedColumns(keys).map(loggedColumn)]
}

/** The columns with the values of one of them as colors, there and beside the name of each run. */
export function coloredColumns(
  columns: readonly TableColumn<Run>[],
  by: string,
  scale: ColorScale | undefined,
): readonly TableColumn<Run>[] {
  if (scale === undefined) return columns
  return columns.map((column) => {
    if (column.id === 'name') return { ...column, cell: (run) => <NamedCell run={run} color={scale(run)} /> }
    if (column.id !== by) return column
    const tint = (run: Run) => {
      const color = scale(run)
      return color === undefined ? undefined : `color-mix(in srgb, ${color} 30%, transparent)`
    }
    return { ...column, tint }
  })
}

function NamedCell({ run, color }: { readonly run: Run; readonly color?: string | undefined }) {
  return (
    <>
      {color === undefined ? null : <ColorDot color={color} />}
      <RouteLink to={runPath(run.id)} look="quiet">
        <strong>{run.name}</strong>
      </RouteLink>
    </>
  )
}

/** The column of a field by its name: `metrics.auc`. What is no metric and no tag is taken as a parameter. */
export function fieldColumn(id: string): TableColumn<Run> {
  const kind = (['metrics', 'tags'] as const).find((each) => id.startsWith(`${each}.`)) ?? 'params'
  return loggedColumn({ id, kind, key: id.slice(id.indexOf('.') + 1), isHidden: false })
}

const loggedColumn = ({ id, kind, key, isHidden }: LoggedColumn): TableColumn<Run> =>
  kind === 'metrics'
    ? metricColumn(key, isHidden)
    : {
        id,
        label: key,
        hint: kind === 'params' ? `Parameter ${key}` : `Tag ${key}`,
        value: (run) => (kind === 'params' ? run.params : run.tags)[key],
        width: Math.min(180, Math.max(100, key.length * 8 + 30)),
        isHidden,
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
