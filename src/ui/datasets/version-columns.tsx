import type { DatasetVersion } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes, formatCount } from '../kit/format.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { lineageOf } from '../lineage/paths.ts'
import { datasetVersionPath } from './paths.ts'

export const versionColumns: readonly TableColumn<DatasetVersion>[] = [
  {
    id: 'version',
    label: 'Version',
    value: (row) => row.version,
    cell: (row) => (
      <RouteLink to={datasetVersionPath(row.dataset, row.version)} look="quiet">
        <strong>v{row.version}</strong>
      </RouteLink>
    ),
    width: 90,
    grow: 0,
  },
  { id: 'message', label: 'Message', value: (row) => row.message, width: 200, grow: 3 },
  {
    id: 'rows',
    label: 'Rows',
    value: (row) => row.rowCount,
    cell: (row) => (row.rowCount === undefined ? null : formatCount(row.rowCount)),
    width: 110,
    grow: 0,
    isNumber: true,
  },
  { id: 'files', label: 'Files', value: (row) => row.fileCount, width: 80, grow: 0, isNumber: true },
  {
    id: 'size',
    label: 'Size',
    value: (row) => row.sizeBytes,
    cell: (row) => formatBytes(row.sizeBytes),
    width: 100,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'made',
    label: 'Made by',
    value: (row) => row.stepRunId ?? 'upload',
    cell: (row) =>
      row.stepRunId === undefined ? 'upload' : <RouteLink to={lineageOf(row.stepRunId)}>pipeline step</RouteLink>,
    width: 130,
  },
  {
    id: 'parents',
    label: 'Made from',
    value: (row) => row.parents.join(' '),
    cell: (row) => row.parents.map((id) => <EntityId key={id} id={id} isPlain />),
    width: 150,
  },
  {
    id: 'digest',
    label: 'Digest',
    value: (row) => row.digest,
    cell: (row) => <EntityId id={row.digest} />,
    width: 160,
    grow: 0,
  },
  {
    id: 'created',
    label: 'Created',
    value: (row) => row.createdAt,
    cell: (row) => <RelativeTime at={row.createdAt} />,
    width: 120,
    grow: 0,
    isNumber: true,
  },
]
