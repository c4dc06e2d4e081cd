import { useQuery } from '@tanstack/react-query'
import type { FleetMember } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatBytes, formatNumber } from '../kit/format.ts'
import { ListPage } from '../kit/list-page.tsx'
import { StatusBadge, type Tone } from '../kit/status-badge.tsx'
import { timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { servingQueries } from './queries.ts'

const tones: Readonly<Record<FleetMember['state'], Tone>> = { live: 'ok', joining: 'run', away: 'bad' }

const columns: readonly TableColumn<FleetMember>[] = [
  {
    id: 'url',
    label: 'Address',
    value: (row) => row.url,
    cell: (row) => <strong>{row.url}</strong>,
    width: 220,
    isPinned: true,
  },
  { id: 'role', label: 'Role', value: (row) => row.role, width: 120, grow: 0 },
  {
    id: 'state',
    label: 'State',
    value: (row) => row.state,
    cell: (row) => <StatusBadge status={row.state} tone={tones[row.state]} />,
    width: 100,
    grow: 0,
  },
  { id: 'plan', label: 'Plan', value: (row) => row.planVersion, width: 80, grow: 0, isNumber: true },
  {
    id: 'rate',
    label: 'Requests/s',
    value: (row) => row.requestsPerSecond,
    cell: (row) => formatNumber(row.requestsPerSecond),
    width: 110,
    grow: 0,
    isNumber: true,
  },
  { id: 'pending', label: 'Waiting', value: (row) => row.pendingCount, width: 90, grow: 0, isNumber: true },
  { id: 'workers', label: 'Workers', value: (row) => row.workers, width: 86, grow: 0, isNumber: true },
  {
    id: 'memory',
    label: 'Memory',
    value: (row) => row.memoryBytes,
    cell: (row) => formatBytes(row.memoryBytes),
    width: 100,
    grow: 0,
    isNumber: true,
  },
  { id: 'version', label: 'Version', value: (row) => row.version, width: 84, grow: 0 },
  timeColumn('seen', 'Heard of', (row) => row.seenAt),
  { id: 'problems', label: 'Problems', value: (row) => row.problems.join(' '), width: 110, grow: 2 },
  { id: 'host', label: 'Host', value: (row) => row.name, width: 140, isHidden: true },
  { id: 'id', label: 'Id', value: (row) => row.id, width: 260, isHidden: true },
]

export function Page() {
  return (
    <ListPage
      title="Fleet"
      name="servers"
      query={useQuery(servingQueries.fleet())}
      columns={columns}
      rowKey={(row) => row.id}
      defaultSort="role"
      empty={
        <EmptyState
          title="This server answers alone"
          commands={[
            'slipway serve --database-url postgres://slipway@db/slipway --blob-url s3://bucket/slipway',
            'slipway serve --data-plane-only --database-url postgres://slipway@db/slipway --blob-url s3://bucket/slipway',
          ]}
        >
          On PostgreSQL, other hosts can answer predictions beside it. They follow every deployment, and go on answering
          while this server is away.
        </EmptyState>
      }
    />
  )
}
