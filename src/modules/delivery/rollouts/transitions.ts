import { faultPoint } from '../../../platform/runtime/index.ts'
import type { Change, StoredDeployment, StoredVariant } from '../../serving/index.ts'
import type { DeliveryContext } from '../context.ts'
import { deliveryErrors } from '../model.ts'
import type { DeliveryTx } from '../tables.ts'
import { lookSoon } from './jobs.ts'
import {
  type NewDecision,
  type RolloutEvidence,
  rolloutAdvanced,
  rolloutPromoted,
  rolloutRolledBack,
  rolloutStarted,
} from './model.ts'
import { insertDecision, rollouts, type StoredRollout, updateRollout } from './store.ts'

/**
 * Every move of a rollout: the rollout's row, its decision, the deployment's weights and the event are one transaction;
 * then the workers follow. A move decided on a row that has changed since is dropped.
 */
export interface Move {
  readonly act: 'started' | 'advanced' | 'promoted' | 'rolledBack' | 'aborted'
  readonly reason: string
  readonly evidence?: RolloutEvidence | undefined
}

const eventOf = {
  started: rolloutStarted,
  advanced: rolloutAdvanced,
  promoted: rolloutPromoted,
  rolledBack: rolloutRolledBack,
  aborted: rolloutRolledBack,
} as const

/** The rollout after the move, as it shall be written. */
export function afterMove(rollout: StoredRollout, move: Move, at: { now: number; seq: number }): StoredRollout {
  const evidence = move.evidence ?? rollout.evidence
  if (move.act === 'advanced')
    return {
      ...rollout,
      step: rollout.step + 1,
      stepStartedAt: at.now,
      stepStartedSeq: at.seq,
      waitingFor: undefined,
      evidence,
    }
  if (move.act === 'started') return rollout
  return { ...rollout, state: move.act, endedAt: at.now, waitingFor: undefined, evidence }
}

/** Weights while the rollout is as given: the champion first, it takes what the candidate leaves. */
export function variantsOf(
  rollout: StoredRollout,
  variants: { readonly champion: StoredVariant; readonly candidate: StoredVariant | undefined },
): StoredVariant[] {
  if (variants.candidate === undefined || (rollout.endedAt !== undefined && rollout.state !== 'promoted'))
    return [{ ...variants.champion, weight: 100 }]
  if (rollout.state === 'promoted') return [{ ...variants.candidate, weight: 100 }]
  const weight = rollout.steps[rollout.step]?.weight ?? 0
  return [
    { ...variants.champion, weight: 100 - weight },
    { ...variants.candidate, weight },
  ]
}

export interface DecidedMove {
  readonly rollout: StoredRollout
  readonly move: Move
  /** Where the deployment does not have it yet. */
  readonly candidate?: StoredVariant
}

/** Decides in the turn of the deployment; undefined from `decide`: nothing moves. */
export async function moveRollout(
  ctx: DeliveryContext,
  deployment: string,
  decide: (deployment: StoredDeployment) => Promise<DecidedMove | undefined>,
): Promise<void> {
  let act: Move['act'] | undefined
  await ctx.serving.changeExisting(deployment, async (current) => {
    const decided = await decide(current)
    if (decided === undefined) return undefined
    act = decided.move.act
    return toChange(ctx, current, decided)
  })
  if (act === 'promoted') faultPoint('serving.rollout.promoted')
  else if (act !== undefined) faultPoint('serving.rollout.advanced')
}

async function toChange(
  ctx: DeliveryContext,
  deployment: StoredDeployment,
  { rollout, move, candidate }: DecidedMove,
): Promise<Omit<Change, 'model'>> {
  const champion = deployment.variants[0]
  const challenger =
    candidate ?? deployment.variants.find((variant) => variant.modelVersionId === rollout.modelVersionId)
  const isWayBack = move.act === 'rolledBack' || move.act === 'aborted'
  if (champion === undefined || (!isWayBack && challenger === undefined))
    throw deliveryErrors.rollout_needs_champion({ deployment: rollout.deployment })
  const now = ctx.platform.clock.now()
  const next = afterMove(rollout, move, { now, seq: await ctx.predictions.lastSeq(rollout.deployment) })
  return {
    variants: variantsOf(next, { champion, candidate: challenger }),
    ...(move.act === 'started' ? { salt: rollout.id } : {}),
    isWayBack,
    also: (tx) => record(ctx, tx.typed(), { next, move, now }),
  }
}

interface Written {
  readonly next: StoredRollout
  readonly move: Move
  readonly now: number
}

async function record(ctx: DeliveryContext, tx: DeliveryTx, { next, move, now }: Written): Promise<void> {
  // One that began with a replay has its row already.
  if (move.act === 'started' && next.replayId === undefined) await beginRollout(ctx, tx, next)
  else if (!(await updateRollout(tx.query, next)))
    throw deliveryErrors.rollout_state_wrong({ id: next.id, state: 'changed', allowed: 'unchanged', act: move.act })
  const weight = next.state === 'promoted' ? 100 : next.endedAt !== undefined ? 0 : (next.steps[next.step]?.weight ?? 0)
  await insertDecision(tx.query, next.id, toDecision(next, move, { now, weight }))
  await ctx.platform.events.emit(tx, eventOf[move.act], next.id, {
    rolloutId: next.id,
    deployment: next.deployment,
    modelVersionId: next.modelVersionId,
    championModelVersionId: next.championModelVersionId,
    step: next.step,
    weight,
    reason: move.reason,
    evidence: move.evidence,
  })
  if (next.endedAt === undefined) await lookSoon(ctx.platform.jobs, tx, next.id, now)
  else await ctx.serving.giveDeploymentBack(tx, next.id)
}

/** It decides on the versions of its deployment from here on. */
export async function beginRollout(ctx: DeliveryContext, tx: DeliveryTx, rollout: StoredRollout): Promise<void> {
  const deployment = { id: rollout.deploymentId, name: rollout.deployment }
  await ctx.serving.takeDeployment(tx, deployment, { kind: 'rollout', id: rollout.id })
  await rollouts.insert(tx.query, rollout)
}

function toDecision(next: StoredRollout, move: Move, at: { now: number; weight: number }): NewDecision {
  const { act, reason, evidence } = move
  return { at: at.now, act, step: next.step, weight: at.weight, reason, evidence }
}
