import type { ModelVersion } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes } from '../kit/format.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { runPath } from '../tracking/paths.ts'
import { AliasBadge } from './alias-badge.tsx'
import { modelVersionPath } from './paths.ts'

export const versionColumns: readonly TableColumn<ModelVersion>[] = [
  {
    id: 'version',
    label: 'Version',
    value: (row) => row.version,
    cell: (row) => (
      <RouteLink to={modelVersionPath(row.model, row.version)} look="quiet">
        <strong>v{row.version}</strong>
      </RouteLink>
    ),
    width: 90,
    grow: 0,
  },
  {
    id: 'aliases',
    label: 'Aliases',
    value: (row) => row.aliases.join(' '),
    cell: (row) => row.aliases.map((alias) => <AliasBadge key={alias} alias={alias} />),
    width: 130,
  },
  {
    id: 'status',
    label: 'Status',
    value: (row) => row.status,
    cell: (row) => <StatusBadge status={row.status} />,
    width: 106,
    grow: 0,
  },
  {
    id: 'stage',
    label: 'Stage',
    value: (row) => (row.stage === 'None' ? undefined : row.stage),
    width: 100,
    isHidden: true,
  },
  { id: 'format', label: 'Format', value: (row) => row.format, width: 90, grow: 0 },
  {
    id: 'run',
    label: 'Run',
    value: (row) => row.runId,
    cell: (row) => (row.runId === undefined ? null : <EntityId id={row.runId} to={runPath(row.runId)} isPlain />),
    width: 110,
  },
  { id: 'description', label: 'Description', value: (row) => row.description, width: 110, grow: 2 },
  {
    id: 'size',
    label: 'Size',
    value: (row) => row.sizeBytes,
    cell: (row) => formatBytes(row.sizeBytes),
    width: 86,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'created',
    label: 'Created',
    value: (row) => row.createdAt,
    cell: (row) => <RelativeTime at={row.createdAt} />,
    width: 110,
    grow: 0,
    isNumber: true,
  },
]
