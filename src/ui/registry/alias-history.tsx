import { useQuery } from '@tanstack/react-query'
import type { AliasMove } from '../ground/wire.ts'
import { Loaded } from '../kit/loaded.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { AliasBadge } from './alias-badge.tsx'
import { registryQueries } from './queries.ts'

/** Every move of a model's aliases, newest first, with the reason that was given. */
export function AliasHistory({ model }: { readonly model: string }) {
  const query = useQuery(registryQueries.aliasMoves(model))
  return (
    <Loaded query={query} what="the alias history">
      {({ items }) => (
        <StoryList
          empty="No alias has been set."
          items={items.map((move) => ({
            id: `${move.alias} ${move.at}`,
            tone: move.to === undefined ? 'idle' : 'ok',
            title: (
              <>
                <AliasBadge alias={move.alias} /> {moveText(move)}
              </>
            ),
            text: move.reason === '' ? undefined : move.reason,
            more: <Proof move={move} />,
            note: (
              <>
                <RelativeTime at={move.at} /> by {move.movedBy}
              </>
            ),
          }))}
        />
      )}
    </Loaded>
  )
}

/** What allowed a protected alias to move, as it was when it moved. */
function Proof({ move }: { readonly move: AliasMove }) {
  const rule = move.evidence?.rule as Allowed | undefined
  if (rule === undefined) return null
  const parts = [
    ...rule.verdicts.map(({ gate, verdictId }) => `gate ${gate} passed (${verdictId})`),
    ...rule.approvals.map(({ by, comment }) => `approved by ${by}${comment === '' ? '' : `: ${comment}`}`),
  ]
  return <div style={{ fontSize: 12.5, color: 'var(--sl-ink-2)' }}>{parts.join('; ')}</div>
}

interface Allowed {
  readonly verdicts: readonly { readonly gate: string; readonly verdictId: string }[]
  readonly approvals: readonly { readonly by: string; readonly comment: string }[]
}

function moveText({ from, to }: AliasMove): string {
  if (to === undefined) return `removed from v${from}`
  return from === undefined ? `set to v${to}` : `moved from v${from} to v${to}`
}
