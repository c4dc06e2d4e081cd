import { useQuery } from '@tanstack/react-query'
import type { Gate } from '../ground/wire.ts'
import { formatNumber } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { registryQueries } from './queries.ts'

/** The gates that versions of a model pass, with what each asks for. */
export function GateList({ model }: { readonly model: string }) {
  const query = useQuery(registryQueries.gates(model))
  return (
    <Loaded query={query} what="the gates">
      {({ items }) => (
        <StoryList
          empty="No gate judges versions of this model."
          items={items.map((gate) => ({
            id: gate.id,
            tone: 'idle',
            title: gate.name,
            text: gate.rules.map(ruleText).join('; '),
            note: (
              <>
                Changed <RelativeTime at={gate.updatedAt} />
              </>
            ),
          }))}
        />
      )}
    </Loaded>
  )
}

export function ruleText(rule: Gate['rules'][number]): string {
  if ('atLeast' in rule) return `${rule.metric} at least ${formatNumber(rule.atLeast)}`
  if ('atMost' in rule) return `${rule.metric} at most ${formatNumber(rule.atMost)}`
  const { metric, notWorseThan, by, better } = rule
  return `${metric} not worse than ${notWorseThan}${by === 0 ? '' : ` by more than ${formatNumber(by)}`} (${better} is better)`
}
