import type { PipelineRun } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration } from '../kit/format.ts'
import { idPath } from '../kit/path.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { pipelineRunPath } from './paths.ts'

export const runColumns: readonly TableColumn<PipelineRun>[] = [
  {
    id: 'id',
    label: 'Run',
    value: (row) => row.id,
    cell: (row) => <EntityId id={row.id} to={pipelineRunPath(row.id)} isPlain />,
    width: 120,
    grow: 0,
  },
  {
    id: 'state',
    label: 'State',
    value: (row) => row.state,
    cell: (row) => <StatusBadge status={row.state} />,
    width: 116,
    grow: 0,
  },
  {
    id: 'trigger',
    label: 'Started by',
    value: (row) => row.trigger.kind,
    cell: (row) =>
      row.trigger.id === undefined ? (
        row.trigger.kind
      ) : (
        <RouteLink to={idPath(row.trigger.id)}>{row.trigger.kind}</RouteLink>
      ),
    width: 110,
    grow: 0,
  },
  {
    id: 'parameters',
    label: 'Parameters',
    value: (row) =>
      Object.entries(row.parameters)
        .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(', '),
    width: 180,
    grow: 2,
  },
  { id: 'error', label: 'Problem', value: (row) => row.error, width: 160, grow: 2 },
  {
    id: 'version',
    label: 'Version',
    value: (row) => row.version,
    cell: (row) => `v${row.version}`,
    width: 86,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'duration',
    label: 'Duration',
    value: (row) => (row.endedAt === undefined ? undefined : row.endedAt - row.createdAt),
    cell: (row) => (row.endedAt === undefined ? null : formatDuration(row.endedAt - row.createdAt)),
    width: 106,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'created',
    label: 'Started',
    value: (row) => row.createdAt,
    cell: (row) => <RelativeTime at={row.createdAt} />,
    width: 116,
    grow: 0,
    isNumber: true,
  },
]
