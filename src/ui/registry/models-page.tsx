import { useQuery } from '@tanstack/react-query'
import type { Model } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { AliasBadge } from './alias-badge.tsx'
import { modelPath, modelVersionPath } from './paths.ts'
import { registryQueries } from './queries.ts'

const columns: readonly TableColumn<Model>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={modelPath(row.name)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 240,
    isPinned: true,
  },
  {
    id: 'aliases',
    label: 'Aliases',
    value: (row) => Object.keys(row.aliases).join(' '),
    cell: (row) =>
      Object.entries(row.aliases).map(([alias, version]) => (
        <RouteLink key={alias} to={modelVersionPath(row.name, version)} look="bare" style={{ textDecoration: 'none' }}>
          <AliasBadge alias={alias} /> v{version}
        </RouteLink>
      )),
    width: 260,
    grow: 2,
  },
  { id: 'description', label: 'Description', value: (row) => row.description, width: 220, grow: 3 },
  {
    id: 'versions',
    label: 'Newest',
    value: (row) => row.lastVersion,
    cell: (row) =>
      row.lastVersion === 0 ? null : (
        <RouteLink to={modelVersionPath(row.name, row.lastVersion)}>v{row.lastVersion}</RouteLink>
      ),
    width: 100,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'updated',
    label: 'Updated',
    value: (row) => row.updatedAt,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    width: 120,
    grow: 0,
    isNumber: true,
  },
]

export function Page() {
  return (
    <ListPage
      title="Models"
      name="models"
      query={useQuery(registryQueries.models())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => modelPath(row.name)}
      defaultSort="-updated"
      empty={
        <EmptyState
          title="No models yet"
          code={['mlflow.sklearn.log_model(model, name="model", registered_model_name="churn")']}
        >
          A model is a name with numbered versions. Aliases such as <code>@champion</code> say which version serves.
          Register one from a training run, or let a pipeline step write one.
        </EmptyState>
      }
    />
  )
}
