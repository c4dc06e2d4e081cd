import { useQuery } from '@tanstack/react-query'
import type { Dataset } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { datasetPath, datasetVersionPath } from './paths.ts'
import { datasetQueries } from './queries.ts'

const columns: readonly TableColumn<Dataset>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={datasetPath(row.name)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 240,
    isPinned: true,
  },
  { id: 'description', label: 'Description', value: (row) => row.description, width: 260, grow: 3 },
  {
    id: 'latest',
    label: 'Latest',
    value: (row) => row.latestVersion,
    cell: (row) =>
      row.latestVersion === undefined ? null : (
        <RouteLink to={datasetVersionPath(row.name, row.latestVersion)}>v{row.latestVersion}</RouteLink>
      ),
    width: 90,
    grow: 0,
    isNumber: true,
  },
  { id: 'versions', label: 'Versions', value: (row) => row.versionCount, width: 100, grow: 0, isNumber: true },
  {
    id: 'updated',
    label: 'Updated',
    value: (row) => row.updatedAt,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    width: 130,
    grow: 0,
    isNumber: true,
  },
]

export function Page() {
  return (
    <ListPage
      title="Datasets"
      name="datasets"
      query={useQuery(datasetQueries.list())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => datasetPath(row.name)}
      defaultSort="-updated"
      empty={
        <EmptyState title="No datasets yet" commands={['slipway datasets add flights ./data/*.parquet']}>
          A dataset is a named line of versions. A version never changes, equal files are stored once, and every model
          made from it can be traced back to it.
        </EmptyState>
      }
    />
  )
}
