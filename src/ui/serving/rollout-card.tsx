import type { Rollout, RolloutDecision } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { Panel } from '../kit/panel.tsx'
import { idPath } from '../kit/path.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge, type Tone, words } from '../kit/status-badge.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { Evidence } from './evidence.tsx'
import classes from './rollout-card.module.css'
import { RolloutControls } from './rollout-controls.tsx'

const tones: Record<RolloutDecision['act'], Tone> = {
  replaying: 'run',
  started: 'run',
  advanced: 'run',
  paused: 'idle',
  resumed: 'run',
  approved: 'run',
  promoted: 'ok',
  rolledBack: 'bad',
  aborted: 'bad',
}

/** One rollout: its steps, where it stands, what it waits for, and each decision with the numbers behind it. */
export function RolloutCard({ rollout }: { readonly rollout: Rollout }) {
  const isOpen = rollout.endedAt === undefined
  return (
    <Panel
      thing={rollout.id}
      className={classes.card ?? ''}
      title={`Version ${rollout.version} against version ${rollout.championVersion}`}
      note={
        <>
          <StatusBadge status={rollout.state} tone={rollout.state === 'rolledBack' ? 'bad' : undefined} />{' '}
          <EntityId id={rollout.id} to={null} />
        </>
      }
      actions={isOpen ? <RolloutControls rollout={rollout} /> : undefined}
    >
      <Steps rollout={rollout} />
      {rollout.waitingFor === undefined ? null : <p className={classes.waiting}>Waits for {rollout.waitingFor}</p>}
      {isOpen && rollout.evidence !== undefined ? (
        <Evidence evidence={rollout.evidence} metric={rollout.analysis.metric} />
      ) : null}
      <StoryList
        empty="Nothing was decided yet."
        items={[...rollout.history].reverse().map((decision) => ({
          id: `${decision.act} ${decision.at}`,
          tone: tones[decision.act],
          title: `${words(decision.act)}, candidate at ${decision.weight}%`,
          text: decision.reason,
          more:
            decision.evidence === undefined ? undefined : (
              <Evidence evidence={decision.evidence} metric={rollout.analysis.metric} />
            ),
          note: <RelativeTime at={decision.at} />,
        }))}
      />
      <p className={classes.foot}>
        Candidate <RouteLink to={idPath(rollout.modelVersionId)}>version {rollout.version}</RouteLink>, champion{' '}
        <RouteLink to={idPath(rollout.championModelVersionId)}>version {rollout.championVersion}</RouteLink>. Judged by{' '}
        {rollout.analysis.metric === 'none'
          ? 'errors and latency'
          : `${rollout.analysis.metric}, at most ${rollout.analysis.maxDrop} worse`}
        .
      </p>
    </Panel>
  )
}

function Steps({ rollout }: { readonly rollout: Rollout }) {
  const isDone = rollout.state === 'promoted'
  return (
    <ol className={classes.steps} aria-label="Steps of the rollout">
      {[...rollout.steps.map(({ weight }) => weight), 100].map((weight, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are named by their place
          key={index}
          data-state={isDone || index < rollout.step ? 'done' : index === rollout.step ? 'now' : 'later'}
        >
          {index === rollout.steps.length ? 'champion' : `${weight}%`}
        </li>
      ))}
    </ol>
  )
}
