import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { Shadow } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount, formatPercent } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatTile } from '../kit/stat-tile.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import classes from './comparison.module.css'
import { DifferenceTable } from './difference-table.tsx'
import { DifferenceTiles } from './difference-tiles.tsx'
import { servingQueries } from './queries.ts'

/** Versions that get copies of the requests: how far each is apart from what the clients got. */
export function Shadows({ deployment }: { readonly deployment: string }) {
  const query = useQuery(servingQueries.shadows(deployment))
  return (
    <Loaded query={query} what="the shadows">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="No shadow yet" commands={[`slipway shadows start ${deployment} @candidate`]} isCompact>
            A shadow gets a copy of the requests after they are answered, in a process of its own. Here is shown how
            often it says something else, and where.
          </EmptyState>
        ) : (
          items.map((shadow) => <ShadowCard key={shadow.id} shadow={shadow} />)
        )
      }
    </Loaded>
  )
}

function ShadowCard({ shadow }: { readonly shadow: Shadow }) {
  const { id, version, state, sample, crashCount, scoredCount, droppedCount, problem } = shadow
  const isRunning = state === 'running'
  const report = useQuery(servingQueries.shadow(id, isRunning))
  const differences = useQuery(servingQueries.shadowDifferences(id, isRunning))
  const stop = (
    <ActButton
      label="Stop"
      act={() => client.shadows.stop({ id })}
      done={`Version ${version} shadows this deployment no more.`}
    />
  )
  return (
    <Panel
      thing={id}
      className={classes.card ?? ''}
      title={`Version ${version} as a shadow`}
      note={
        <>
          <StatusBadge status={state} /> gets {formatPercent(sample / 100)} of the rows <EntityId id={id} to={null} />
        </>
      }
      actions={isRunning ? stop : undefined}
    >
      {problem === undefined ? null : <p className={classes.said}>Its process is away: {problem}</p>}
      <Loaded query={report} what="what it found">
        {({ summary }) => (
          <DifferenceTiles
            summary={summary}
            more={
              <>
                <StatTile
                  label="Dropped"
                  value={formatCount(droppedCount)}
                  note={`of ${formatCount(scoredCount + droppedCount)} it should get`}
                  {...(droppedCount > 0 ? { tone: 'warn' as const } : {})}
                />
                <StatTile
                  label="Ends of its process"
                  value={formatCount(crashCount)}
                  note="no request noticed"
                  {...(crashCount > 0 ? { tone: 'bad' as const } : {})}
                />
              </>
            }
          />
        )}
      </Loaded>
      <Loaded query={differences} what="the differences">
        {({ items }) => <DifferenceTable differences={items} />}
      </Loaded>
    </Panel>
  )
}
