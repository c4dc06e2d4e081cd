import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DatasetFile } from '../app/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { datasetQueries } from './queries.ts'

const columns: readonly TableColumn<DatasetFile>[] = [
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

/** Every file of a version; a click on its path downloads it. */
export function VersionFiles({ dataset, version }: { readonly dataset: string; readonly version: string }) {
  const query = useQuery(datasetQueries.files(dataset, version))
  return (
    <Loaded query={query} what="the files">
      {({ items, nextCursor }) => (
        <Panel isFlush>
          <DataTable
            name="files"
            rows={items}
            columns={columns}
            rowKey={(row) => row.path}
            urlPrefix="files."
            height={520}
            hasMore={nextCursor !== undefined}
          />
        </Panel>
      )}
    </Loaded>
  )
}
