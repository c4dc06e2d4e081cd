import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Pipeline, PipelineRun } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { pipelinePath } from './paths.ts'
import { pipelineQueries } from './queries.ts'
import { RunStrip } from './run-strip.tsx'

export function Page() {
  const runs = useQuery(pipelineQueries.runs())
  const columns = useMemo(() => columnsWith(runs.data?.items ?? []), [runs.data])
  return (
    <ListPage
      title="Pipelines"
      name="pipelines"
      query={useQuery(pipelineQueries.list())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => pipelinePath(row.name)}
      defaultSort="-updated"
      empty={
        <EmptyState title="No pipelines yet" commands={['slipway apply']}>
          A pipeline is a list of steps in <code>slipway.yaml</code>: your own commands, with the data they read and the
          data and models they make. Unchanged steps are not run twice.
        </EmptyState>
      }
    />
  )
}

/** The list's columns with each pipeline's newest runs beside it. */
function columnsWith(runs: readonly PipelineRun[]): readonly TableColumn<Pipeline>[] {
  const byPipeline = Map.groupBy(runs, (run) => run.pipelineId)
  return [
    {
      id: 'name',
      label: 'Name',
      value: (row) => row.name,
      cell: (row) => (
        <RouteLink to={pipelinePath(row.name)} look="quiet">
          <strong>{row.name}</strong>
        </RouteLink>
      ),
      width: 220,
      isPinned: true,
    },
    { id: 'description', label: 'Description', value: (row) => row.description, width: 220, grow: 3 },
    {
      id: 'last',
      label: 'Last run',
      value: (row) => byPipeline.get(row.id)?.[0]?.state,
      cell: (row) => {
        const last = byPipeline.get(row.id)?.[0]
        return last === undefined ? null : (
          <>
            <StatusBadge status={last.state} /> <RelativeTime at={last.createdAt} />
          </>
        )
      },
      width: 200,
      grow: 0,
    },
    {
      id: 'recent',
      label: 'Recent runs',
      value: (row) => byPipeline.get(row.id)?.length ?? 0,
      cell: (row) => <RunStrip runs={byPipeline.get(row.id) ?? []} />,
      width: 150,
      grow: 0,
    },
    {
      id: 'version',
      label: 'Version',
      value: (row) => row.version,
      cell: (row) => `v${row.version}`,
      width: 90,
      grow: 0,
      isNumber: true,
    },
    {
      id: 'updated',
      label: 'Changed',
      value: (row) => row.updatedAt,
      cell: (row) => <RelativeTime at={row.updatedAt} />,
      width: 120,
      grow: 0,
      isNumber: true,
    },
  ]
}
