import type { Page } from '../../../kernel/paging.ts'
import type { ModelVersion } from '../../registry/index.ts'
import type { StoredDeployment, StoredVariant } from '../../serving/index.ts'
import { fullRef, servingErrors } from '../../serving/index.ts'
import type { DeliveryContext } from '../context.ts'
import { deliveryErrors } from '../model.ts'
import type { PageOf } from '../service.ts'
import { decide } from './decide.ts'
import { gatherEvidence } from './evidence.ts'
import { lookLater, lookSoon } from './jobs.ts'
import { type NewRollout, type Rollout, type RolloutState, StartRollout } from './model.ts'
import { beginReplaying, lookAtReplay } from './replaying.ts'
import { insertDecision, listDecisions, rollouts, type StoredRollout, updateRollout } from './store.ts'
import { type DecidedMove, moveRollout } from './transitions.ts'

interface Beginning {
  readonly id: string
  readonly now: number
  readonly seq: number
  readonly deployment: StoredDeployment
  readonly champion: StoredVariant
  readonly candidate: StoredVariant
}

const acts = { advance: 'advanced', promote: 'promoted', rollBack: 'rolledBack' } as const

/** Rollouts: started by a caller, moved by looks at the numbers, and at any time by a person. */
export function createRollouts(ctx: DeliveryContext) {
  async function startRollout(given: NewRollout): Promise<Rollout> {
    const input = StartRollout.parse({ ...given, ref: 'ref' in given ? given.ref : given.modelVersionId })
    checkSteps(input)
    await ctx.serving.prepareReference(input.deployment, input.ref)
    const again = input.key === undefined ? undefined : await rollouts.find(ctx.db.read, { key: input.key })
    if (again !== undefined) return toRollout(again)
    let id: string = ctx.platform.ids('rol')
    await moveRollout(ctx, input.deployment, async (deployment) => {
      const started = input.key === undefined ? undefined : await rollouts.find(ctx.db.read, { key: input.key })
      if (started !== undefined) {
        id = started.id
        return undefined
      }
      const champion = championOf(deployment)
      const version = await resolveCandidate({ deployment, champion, ref: input.ref })
      const candidate = await ctx.servables.toServable(version, { weight: input.steps[0]?.weight ?? 0 })
      await ctx.predictions.catchUp()
      const now = ctx.platform.clock.now()
      const seq = await ctx.predictions.lastSeq(deployment.name)
      const rollout = newRollout(input, { id, now, seq, deployment, champion, candidate })
      if (rollout.replay !== undefined) {
        await beginReplaying(ctx, rollout)
        return undefined
      }
      const reason = `version ${version.version} against version ${champion.version}`
      return { rollout, move: { act: 'started', reason }, candidate }
    })
    return getRollout(id)
  }

  function championOf(deployment: StoredDeployment): StoredVariant {
    ctx.serving.refuseWhileHeld(deployment)
    const [champion, second] = deployment.variants
    if (champion === undefined) throw deliveryErrors.rollout_needs_champion({ deployment: deployment.name })
    if (second !== undefined)
      throw deliveryErrors.rollout_needs_single({ deployment: deployment.name, count: deployment.variants.length })
    return champion
  }

  async function resolveCandidate(given: {
    readonly deployment: StoredDeployment
    readonly champion: StoredVariant
    readonly ref: string
  }): Promise<ModelVersion> {
    const { name, model } = given.deployment
    const version = await ctx.registry.resolve(fullRef(model, given.ref))
    if (version.id === given.champion.modelVersionId)
      throw deliveryErrors.rollout_same_version({
        version: `${version.model}/${version.version}`,
        deployment: name,
        model: version.model,
      })
    if (version.model !== model) throw servingErrors.deployment_model_differs({ name, model, given: version.model })
    return version
  }

  /** One look by the job: decides on fresh numbers and moves, or notes what is still missing. */
  async function evaluateRollout(rolloutId: string, waitedMs: number): Promise<void> {
    await ctx.predictions.catchUp()
    const known = await rollouts.find(ctx.db.read, { id: rolloutId })
    if (known === undefined || known.endedAt !== undefined) return
    // A move whose models load still, or that died before the workers had it.
    await ctx.serving.settled(known.deployment)
    await moveRollout(ctx, known.deployment, async (deployment) => {
      const rollout = await rollouts.find(ctx.db.read, { id: rolloutId })
      if (rollout?.state === 'replaying') return lookAtReplay(ctx, rollout, waitedMs)
      if (rollout === undefined || rollout.state !== 'running') return undefined
      return decideMove({ rollout, deployment, waitedMs })
    })
  }

  async function decideMove(given: {
    readonly rollout: StoredRollout
    readonly deployment: StoredDeployment
    readonly waitedMs: number
  }): Promise<DecidedMove | undefined> {
    const { rollout, deployment, waitedMs } = given
    if (!deployment.variants.some((variant) => variant.modelVersionId === rollout.modelVersionId)) {
      const reason = `the candidate could not be loaded: ${deployment.problem}`
      return { rollout, move: { act: 'rolledBack', reason } }
    }
    const now = ctx.platform.clock.now()
    const evidence = await gatherEvidence(ctx.db, rollout, now)
    const verdict = decide({ ...rollout, evidence, now })
    if (verdict.act !== 'wait') return { rollout, move: { act: acts[verdict.act], reason: verdict.reason, evidence } }
    const isNews =
      evidence.stepPredictions !== rollout.evidence?.stepPredictions ||
      evidence.stepLabels !== rollout.evidence?.stepLabels
    await ctx.db.transaction(async (tx) => {
      await updateRollout(tx.query, { ...rollout, waitingFor: verdict.waitingFor, evidence })
      await lookLater(ctx.platform.jobs, tx, rollout.id, { waitedMs: isNews ? 0 : waitedMs, now })
    })
    return undefined
  }

  /** A person's word: promote or abort, from running or paused. */
  async function endRollout(id: string, act: 'promoted' | 'aborted', reason = `${act} by hand`): Promise<Rollout> {
    const states: RolloutState[] = act === 'aborted' ? ['replaying', 'running', 'paused'] : ['running', 'paused']
    const { deployment } = await getStoredRollout(id)
    await moveRollout(ctx, deployment, async () => {
      const rollout = await getInState(id, { states, act })
      if (rollout.state === 'replaying' && rollout.replayId !== undefined)
        await ctx.scoring.cancelReplay(rollout.replayId)
      const evidence = await gatherEvidence(ctx.db, rollout, ctx.platform.clock.now())
      return { rollout, move: { act, reason, evidence } }
    })
    return getRollout(id)
  }

  async function holdRollout(id: string, act: 'paused' | 'resumed', reason = `${act} by hand`): Promise<Rollout> {
    const { deployment } = await getStoredRollout(id)
    return ctx.serving.turnOf(deployment, async () => {
      const from: RolloutState = act === 'paused' ? 'running' : 'paused'
      const rollout = await getInState(id, { states: [from], act })
      const now = ctx.platform.clock.now()
      const weight = rollout.steps[rollout.step]?.weight ?? 0
      await ctx.db.transaction(async (tx) => {
        await updateRollout(tx.query, { ...rollout, state: act === 'paused' ? 'paused' : 'running' })
        await insertDecision(tx.query, id, { at: now, act, step: rollout.step, weight, reason })
        if (act === 'resumed') await lookSoon(ctx.platform.jobs, tx, id, now)
      })
      return getRollout(id)
    })
  }

  /** A person's word that the rollout may leave its current step, now or as soon as the step has what it needs. */
  async function approveRollout(id: string, reason?: string): Promise<Rollout> {
    const { deployment } = await getStoredRollout(id)
    return ctx.serving.turnOf(deployment, async () => {
      const rollout = await getInState(id, { states: ['running', 'paused'], act: 'approved' })
      const { step, steps } = rollout
      if (steps[step]?.approval !== true) throw deliveryErrors.rollout_needs_no_approval({ id, step: step + 1 })
      const now = ctx.platform.clock.now()
      await ctx.db.transaction(async (tx) => {
        await updateRollout(tx.query, { ...rollout, approvedStep: step })
        const weight = steps[step]?.weight ?? 0
        await insertDecision(tx.query, id, {
          at: now,
          act: 'approved',
          step,
          weight,
          reason: reason ?? 'approved by hand',
        })
        if (rollout.state === 'running') await lookSoon(ctx.platform.jobs, tx, id, now)
      })
      return getRollout(id)
    })
  }

  async function getInState(
    id: string,
    wanted: { states: readonly RolloutState[]; act: string },
  ): Promise<StoredRollout> {
    const rollout = await getStoredRollout(id)
    if (!wanted.states.includes(rollout.state))
      throw deliveryErrors.rollout_state_wrong({
        id,
        state: rollout.state,
        allowed: wanted.states.join(' or '),
        act: wanted.act,
      })
    return rollout
  }

  async function getRollout(id: string): Promise<Rollout> {
    return toRollout(await getStoredRollout(id))
  }

  async function getStoredRollout(id: string): Promise<StoredRollout> {
    const rollout = await rollouts.find(ctx.db.read, { id })
    if (rollout === undefined) throw deliveryErrors.rollout_not_found({ id })
    return rollout
  }

  async function listRollouts({ deployment, ...query }: PageOf): Promise<Page<Rollout>> {
    const page = await rollouts.page(ctx.db.read, query, { deployment })
    const histories = await listDecisions(
      ctx.db.read,
      page.items.map((rollout) => rollout.id),
    )
    return { ...page, items: page.items.map((rollout) => publicView(rollout, histories.get(rollout.id))) }
  }

  async function toRollout(rollout: StoredRollout): Promise<Rollout> {
    return publicView(rollout, (await listDecisions(ctx.db.read, [rollout.id])).get(rollout.id))
  }

  return {
    startRollout,
    getRollout,
    listRollouts,
    pauseRollout: (id: string, reason?: string) => holdRollout(id, 'paused', reason),
    resumeRollout: (id: string, reason?: string) => holdRollout(id, 'resumed', reason),
    approveRollout,
    promoteRollout: (id: string, reason?: string) => endRollout(id, 'promoted', reason),
    abortRollout: (id: string, reason?: string) => endRollout(id, 'aborted', reason),
    evaluateRollout,
  }
}

function newRollout(input: StartRollout, begin: Beginning): StoredRollout {
  const { id, now, seq, deployment, champion, candidate } = begin
  return {
    id,
    deploymentId: deployment.id,
    deployment: deployment.name,
    modelVersionId: candidate.modelVersionId,
    version: candidate.version,
    championModelVersionId: champion.modelVersionId,
    championVersion: champion.version,
    state: 'running',
    step: 0,
    steps: input.steps,
    analysis: input.analysis,
    replay: input.replay,
    key: input.key,
    revision: 0,
    startedAt: now,
    stepStartedAt: now,
    startedSeq: seq,
    stepStartedSeq: seq,
  }
}

function checkSteps({ steps }: StartRollout): void {
  const weights = steps.map((step) => step.weight)
  if (weights.some((weight, index) => index > 0 && weight < (weights[index - 1] ?? 0)))
    throw deliveryErrors.rollout_steps_invalid({ weights: weights.join(', ') })
}

function publicView(rollout: StoredRollout, history: Rollout['history'] = []): Rollout {
  const { deploymentId: _id, revision: _revision, startedSeq: _started, stepStartedSeq: _step, ...visible } = rollout
  return { ...visible, history }
}
