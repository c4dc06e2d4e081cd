import { useQuery } from '@tanstack/react-query'
import type { Monitor } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { deploymentPath } from '../serving/paths.ts'
import { HealthBadge } from './health-badge.tsx'
import { monitorPath } from './paths.ts'
import { monitoringQueries } from './queries.ts'
import { WindowStrip } from './window-strip.tsx'

const columns: readonly TableColumn<Monitor>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={monitorPath(row.name)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 220,
    isPinned: true,
  },
  {
    id: 'health',
    label: 'Health',
    value: (row) => row.health,
    cell: (row) => <HealthBadge health={row.health} />,
    width: 110,
    grow: 0,
  },
  { id: 'kind', label: 'Watches', value: (row) => row.kind, width: 90, grow: 0 },
  {
    id: 'deployment',
    label: 'Deployment',
    value: (row) => row.deployment,
    cell: (row) => <RouteLink to={deploymentPath(row.deployment)}>{row.deployment}</RouteLink>,
    width: 170,
  },
  {
    id: 'windows',
    label: 'Last windows',
    value: (row) => row.health,
    cell: (row) => <RecentWindows monitor={row.name} />,
    width: 250,
    grow: 0,
  },
  { id: 'reference', label: 'Against', value: (row) => row.reference, width: 120 },
  { id: 'problem', label: 'Problem', value: (row) => row.problem, width: 160, grow: 2 },
  {
    id: 'updated',
    label: 'Changed',
    value: (row) => row.updatedAt,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    width: 116,
    grow: 0,
    isNumber: true,
    isHidden: true,
  },
]

function RecentWindows({ monitor }: { readonly monitor: string }) {
  const { data } = useQuery(monitoringQueries.windows(monitor, 18))
  return data === undefined ? null : <WindowStrip windows={data.items} label={`Last windows of ${monitor}`} />
}

export function Page() {
  return (
    <ListPage
      title="Monitors"
      name="monitors"
      query={useQuery(monitoringQueries.monitors())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => monitorPath(row.name)}
      defaultSort="name"
      empty={
        <EmptyState
          title="Nothing is watched yet"
          commands={['slipway monitors apply iris-drift --deployment iris --kind drift --window.rows 500']}
        >
          A monitor compares what a deployment sees with what its model was trained on, or its answers with the labels
          that come later. It raises an alert only for shifts that are real, large enough and lasting.
        </EmptyState>
      }
    />
  )
}
