import type { Trace } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount, formatDuration } from '../kit/format.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { judgments } from './judgments.ts'
import { tracePath } from './paths.ts'

export const traceColumns: readonly TableColumn<Trace>[] = [
  {
    id: 'name',
    label: 'Trace',
    value: (row) => row.name ?? row.id,
    cell: (row) => (
      <RouteLink to={tracePath(row.id)} look="quiet">
        <strong>{row.name ?? row.id}</strong>
      </RouteLink>
    ),
    width: 190,
    isPinned: true,
  },
  {
    id: 'state',
    label: 'State',
    value: (row) => row.state,
    cell: (row) => <StatusBadge status={row.state} />,
    width: 122,
    grow: 0,
  },
  { id: 'requestPreview', label: 'Request', value: (row) => row.requestPreview, width: 220, grow: 2 },
  { id: 'responsePreview', label: 'Response', value: (row) => row.responsePreview, width: 220, grow: 2 },
  {
    id: 'startedAt',
    label: 'Started',
    value: (row) => row.startedAt,
    cell: (row) => <RelativeTime at={row.startedAt} />,
    width: 110,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'durationMs',
    label: 'Duration',
    value: (row) => row.durationMs,
    cell: (row) => (row.durationMs === undefined ? null : formatDuration(row.durationMs)),
    width: 100,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'spans',
    label: 'Spans',
    value: (row) => row.spanCount,
    cell: (row) => formatCount(row.spanCount),
    width: 76,
    grow: 0,
    isNumber: true,
  },
  { id: 'judgments', label: 'Judgments', value: (row) => judgments(row), width: 150 },
  {
    id: 'tags',
    label: 'Tags',
    value: (row) =>
      Object.entries(row.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    width: 180,
    isHidden: true,
  },
  {
    id: 'id',
    label: 'Id',
    value: (row) => row.id,
    cell: (row) => <EntityId id={row.id} to={null} />,
    width: 180,
    isHidden: true,
  },
]

/** Columns the server can order by; the others are sorted among the traces loaded so far. */
export const serverSorted = new Set(['name', 'state', 'startedAt', 'durationMs', 'requestPreview', 'responsePreview'])
