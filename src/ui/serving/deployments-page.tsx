import { Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Deployment } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { LinkButton } from '../kit/link-button.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { stateColumn, timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { TrafficBar } from '../kit/traffic-bar.tsx'
import { modelPath } from '../registry/paths.ts'
import { batchesPath, deploymentPath, environmentsPath, fleetPath } from './paths.ts'
import { servingQueries } from './queries.ts'
import { sharesOf } from './variant-shares.ts'

const columns: readonly TableColumn<Deployment>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={deploymentPath(row.name)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 220,
    isPinned: true,
  },
  stateColumn(),
  {
    id: 'model',
    label: 'Model',
    value: (row) => row.model,
    cell: (row) => <RouteLink to={modelPath(row.model)}>{row.model}</RouteLink>,
    width: 180,
  },
  {
    id: 'versions',
    label: 'Serves',
    value: (row) => row.variants.map(({ version }) => `v${version}`).join(', '),
    width: 110,
    grow: 0,
  },
  {
    id: 'traffic',
    label: 'Traffic',
    value: (row) => row.variants.length,
    cell: (row) => <TrafficBar shares={sharesOf(row)} isBare />,
    width: 200,
    grow: 2,
  },
  {
    id: 'rollout',
    label: 'Rollout',
    value: (row) => (row.rolloutId === undefined ? undefined : 'under way'),
    cell: (row) => (row.rolloutId === undefined ? null : <StatusBadge status="under way" tone="run" />),
    width: 120,
    grow: 0,
  },
  timeColumn('updated', 'Changed', (row) => row.updatedAt),
]

export function Page() {
  return (
    <ListPage
      title="Deployments"
      name="deployments"
      actions={
        <Group gap="xs">
          <LinkButton to={batchesPath()}>Batches</LinkButton>
          <LinkButton to={environmentsPath()}>Environments</LinkButton>
          <LinkButton to={fleetPath()}>Fleet</LinkButton>
        </Group>
      }
      query={useQuery(servingQueries.deployments())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => deploymentPath(row.name)}
      defaultSort="name"
      empty={
        <EmptyState title="Nothing is served yet" commands={['slipway deploy iris iris@champion']}>
          A deployment is a stable address for one model. Versions come and go behind it by weights, every prediction is
          kept with an id, and labels find their predictions later.
        </EmptyState>
      }
    />
  )
}
