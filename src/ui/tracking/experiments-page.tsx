import { IconChecklist, IconList } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { evaluationsPath } from '../evaluations/paths.ts'
import type { Experiment } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { LinkButton } from '../kit/link-button.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { useUrlState } from '../kit/url-state.ts'
import classes from './folders/folder-tree.module.css'
import { FolderTree, PathName } from './folders/folder-tree.tsx'
import { experimentPath, runsPath } from './paths.ts'
import { trackingQueries } from './queries.ts'

const columns: readonly TableColumn<Experiment>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={experimentPath(row.name)} look="quiet">
        <PathName name={row.name} />
      </RouteLink>
    ),
    width: 280,
    grow: 2,
    isPinned: true,
  },
  {
    id: 'tags',
    label: 'Tags',
    value: (row) => tagText(row),
    width: 220,
    grow: 2,
  },
  {
    id: 'id',
    label: 'Id',
    value: (row) => row.id,
    cell: (row) => <EntityId id={row.id} to={null} />,
    width: 150,
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

function tagText({ tags }: Experiment): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
}

const isIn = ({ name }: Experiment, folder: string) => folder === '' || name.startsWith(`${folder}/`)

export function Page() {
  const [folder, setFolder] = useUrlState('folder')
  const query = useQuery(trackingQueries.experiments())
  const folders = useQuery(trackingQueries.folders()).data?.items ?? []
  const shown = { ...query, data: query.data && { items: query.data.items.filter((row) => isIn(row, folder)) } }
  const beside = (table: ReactNode) => (
    <div className={classes.layout}>
      <FolderTree
        folders={folders}
        experimentCount={query.data?.items.length ?? 0}
        chosen={folder}
        onChoose={setFolder}
      />
      {table}
    </div>
  )
  return (
    <ListPage
      around={folders.length === 0 ? undefined : beside}
      title="Experiments"
      name="experiments"
      actions={
        <>
          <LinkButton to={runsPath()} icon={<IconList size={14} />}>
            All runs
          </LinkButton>
          <LinkButton to={evaluationsPath()} icon={<IconChecklist size={14} />}>
            Evaluation sets
          </LinkButton>
        </>
      }
      query={shown as typeof query}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => experimentPath(row.name)}
      defaultSort="-updated"
      empty={
        <EmptyState
          title="No experiments yet"
          commands={[`export MLFLOW_TRACKING_URI=${location.origin}`, 'python train.py']}
        >
          Point the tracking client you already use at this server, and its runs appear here while they train.
        </EmptyState>
      }
    />
  )
}
