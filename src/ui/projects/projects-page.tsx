import { useQuery } from '@tanstack/react-query'
import type { Project } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { projectPath } from './paths.ts'
import { projectQueries } from './queries.ts'

const columns: readonly TableColumn<Project>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={projectPath(row.name)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 240,
    isPinned: true,
  },
  { id: 'commit', label: 'Commit', value: (row) => row.commit?.slice(0, 12), width: 140 },
  timeColumn('applied', 'Applied', (row) => row.appliedAt),
  timeColumn('created', 'Created', (row) => row.createdAt),
]

/** Project files that were applied to this server. */
export function Page() {
  return (
    <ListPage
      title="Projects"
      name="projects"
      query={useQuery(projectQueries.list())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => projectPath(row.name)}
      defaultSort="-applied"
      empty={
        <EmptyState title="No project yet" commands={['slipway apply slipway.yaml']}>
          A project file declares datasets, pipelines, gates, deployments, monitors and policies in one place; applying
          it makes the server as it says.
        </EmptyState>
      }
    />
  )
}
