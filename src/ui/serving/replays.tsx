import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { Replay } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import classes from './comparison.module.css'
import { servingQueries } from './queries.ts'
import { ReplayReportView } from './replay-report.tsx'

/** Recorded requests run through versions, newest first. */
export function Replays({ deployment }: { readonly deployment: string }) {
  const query = useQuery(servingQueries.replays(deployment))
  return (
    <Loaded query={query} what="the replays">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            title="No replay yet"
            commands={[`slipway deployments replay ${deployment} @candidate --since 24h`]}
            isCompact
          >
            A replay runs the recorded requests of a time through a version before it gets a live one: where it would
            have said something else, and whether that would have been right.
          </EmptyState>
        ) : (
          items.map((replay) => <ReplayCard key={replay.id} replay={replay} />)
        )
      }
    </Loaded>
  )
}

function ReplayCard({ replay }: { readonly replay: Replay }) {
  const { id, version, state, rowCount, doneCount, report, problem, startedAt } = replay
  const isRunning = state === 'running'
  return (
    <Panel
      thing={id}
      className={classes.card ?? ''}
      title={`Version ${version} on ${formatCount(rowCount)} recorded rows`}
      note={
        <>
          <StatusBadge status={state} /> <RelativeTime at={startedAt} /> <EntityId id={id} to={null} />
        </>
      }
      actions={
        isRunning ? (
          <ActButton label="Cancel" act={() => client.replays.cancel({ id })} done="The replay has ended." />
        ) : undefined
      }
    >
      {isRunning ? (
        <>
          <p className={classes.said}>
            {formatCount(doneCount)} of {formatCount(rowCount)} rows are done.
          </p>
          <div className={classes.bar}>
            <span style={{ width: `${(100 * doneCount) / Math.max(1, rowCount)}%` }} />
          </div>
        </>
      ) : null}
      {problem === undefined ? null : <p className={classes.said}>It failed: {problem}</p>}
      {report === undefined ? null : <ReplayReportView replay={replay} report={report} />}
    </Panel>
  )
}
