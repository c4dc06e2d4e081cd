import { Group } from '@mantine/core'
import { client } from '../ground/client.ts'
import type { Decision } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { idPath } from '../kit/path.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge, type Tone } from '../kit/status-badge.tsx'
import { StoryList } from '../kit/story-list.tsx'

const tones: Partial<Record<Decision['state'], Tone>> = {
  promoted: 'ok',
  deployed: 'ok',
  finished: 'ok',
  refused: 'bad',
  rolledBack: 'bad',
  failed: 'bad',
  requested: 'run',
  deploying: 'run',
  rollingOut: 'run',
  candidate: 'run',
  awaitingApproval: 'warn',
}

/** What automation decided, as sentences with links to the evidence. */
export function DecisionList({
  decisions,
  empty,
}: {
  readonly decisions: readonly Decision[]
  readonly empty: string
}) {
  return (
    <StoryList
      empty={empty}
      items={decisions.map((decision) => ({
        id: decision.id,
        tone: tones[decision.state] ?? 'idle',
        title: (
          <>
            {titleOf(decision)}
            <StatusBadge status={decision.state} tone={tones[decision.state] ?? 'idle'} />
            {decision.overdue ? <StatusBadge status="overdue" tone="warn" /> : null}
          </>
        ),
        text: decision.summary,
        more: decision.state === 'awaitingApproval' ? <Approval decision={decision} /> : undefined,
        note: (
          <>
            <RelativeTime at={decision.updatedAt} /> · policy {decision.policy}
            <Links decision={decision} />
          </>
        ),
      }))}
    />
  )
}

function titleOf(decision: Decision): string {
  if (decision.kind === 'retrain') return `Retrain after ${decision.monitor ?? 'an alert'}`
  return `Deliver ${decision.model ?? 'a candidate'}${decision.deployment === undefined ? '' : ` to ${decision.deployment}`}`
}

function Links({ decision }: { readonly decision: Decision }) {
  const links: readonly (readonly [string, string | undefined])[] = [
    ['alert', decision.alertId],
    ['pipeline run', decision.pipelineRunId],
    ['candidate', decision.modelVersionId],
    ['verdict', decision.verdictId],
    ['rollout', decision.rolloutId],
  ]
  return links.map(([label, id]) =>
    id === undefined ? null : (
      <span key={label}>
        {' · '}
        <RouteLink to={idPath(id)}>{label}</RouteLink>
      </span>
    ),
  )
}

function Approval({ decision }: { readonly decision: Decision }) {
  return (
    <Group gap="xs" my={6}>
      <ActButton
        label="Approve"
        isPrimary
        act={() => client.decisions.approve({ decision: decision.id })}
        done="Approved: the rollout begins."
      />
      <ActButton
        label="Decline"
        isDangerous
        question="The candidate is not rolled out. It stays in the registry."
        act={() => client.decisions.decline({ decision: decision.id })}
        done="Declined."
      />
    </Group>
  )
}
