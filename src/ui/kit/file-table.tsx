import { Anchor } from '@mantine/core'
import { EntityId } from './entity-id.tsx'
import { formatBytes } from './format.ts'
import { Panel } from './panel.tsx'
import { DataTable } from './table/data-table.tsx'
import type { TableColumn } from './table/table-column.ts'

export interface StoredFile {
  readonly path: string
  readonly digest: string
  readonly sizeBytes: number
}

const columns: readonly TableColumn<StoredFile>[] = [
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

/** The files of a version; a click on a path downloads it. */
export function FileTable({ files, hasMore }: { readonly files: readonly StoredFile[]; readonly hasMore?: boolean }) {
  return (
    <Panel isFlush>
      <DataTable
        name="files"
        rows={files}
        columns={columns}
        rowKey={(row) => row.path}
        urlPrefix="files."
        height={520}
        hasMore={hasMore}
      />
    </Panel>
  )
}
