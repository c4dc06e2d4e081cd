import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { servingQueries } from './queries.ts'
import { RolloutCard } from './rollout-card.tsx'

/** The rollouts of a deployment, newest first: how each candidate came in, or went out again. */
export function Rollouts({ deployment }: { readonly deployment: string }) {
  const query = useQuery(servingQueries.rollouts(deployment))
  return (
    <Loaded query={query} what="the rollouts">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="No rollout yet" commands={[`slipway rollouts start ${deployment} @candidate`]} isCompact>
            A rollout brings a new version in by steps. Each step is judged against the champion on labels that both
            have received, and goes back by itself when the candidate is worse.
          </EmptyState>
        ) : (
          items.map((rollout) => <RolloutCard key={rollout.id} rollout={rollout} />)
        )
      }
    </Loaded>
  )
}
