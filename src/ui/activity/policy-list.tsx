import { useQuery } from '@tanstack/react-query'
import type { Policy } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { activityQueries } from './queries.ts'

/** The policies by which automation decides. */
export function PolicyList() {
  const query = useQuery(activityQueries.policies())
  return (
    <Loaded query={query} what="the policies">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="No policy yet" commands={['slipway policies apply --help']} isCompact>
            A policy says what automation does by itself: retrain when a monitor raises an alert, deliver what passes
            its gate.
          </EmptyState>
        ) : (
          <Panel>
            <StoryList
              empty=""
              items={items.map((policy) => ({
                id: policy.id,
                tone: 'idle',
                title: policy.name,
                text: policyText(policy),
                note: (
                  <>
                    Changed <RelativeTime at={policy.updatedAt} />
                  </>
                ),
              }))}
            />
          </Panel>
        )
      }
    </Loaded>
  )
}

export function policyText({ retrain, deliver }: Pick<Policy, 'retrain' | 'deliver'>): string {
  const parts = [
    retrain === undefined ? [] : [`Runs ${retrain.pipeline} when ${retrain.on.join(' or ')} raises an alert.`],
    deliver === undefined
      ? []
      : [
          `Takes what ${deliver.pipeline} makes of ${deliver.model} through gate ${deliver.gate} to ${deliver.deployment}${
            deliver.approval === 'required' ? ', once a person has approved' : ''
          }.`,
        ],
  ]
  return parts.flat().join(' ')
}
