import { Anchor } from '@mantine/core'
import type { ModelVersion } from '../app/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'

type ModelFile = ModelVersion['files'][number]

const columns: readonly TableColumn<ModelFile>[] = [
  {
    id: 'path',
    label: 'Path',
    value: (row) => row.path,
    cell: (row) => (
      <Anchor href={`/v1/blobs/${row.digest}`} download={row.path.split('/').at(-1)} c="inherit" fz="inherit">
        {row.path}
      </Anchor>
    ),
    width: 320,
    grow: 3,
  },
  {
    id: 'size',
    label: 'Size',
    value: (row) => row.sizeBytes,
    cell: (row) => formatBytes(row.sizeBytes),
    width: 110,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'digest',
    label: 'SHA-256',
    value: (row) => row.digest,
    cell: (row) => <EntityId id={row.digest} to={null} />,
    width: 180,
    grow: 0,
  },
]

export function VersionFiles({ files }: { readonly files: readonly ModelFile[] }) {
  return (
    <Panel isFlush>
      <DataTable
        name="files"
        rows={files}
        columns={columns}
        rowKey={(row) => row.path}
        urlPrefix="files."
        height={520}
      />
    </Panel>
  )
}
