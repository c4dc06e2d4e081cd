import { hasCode, isAppError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Rollout } from '../delivery/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { AutomationContext } from './context.ts'
import { type DecisionRecord, hasNewerCandidate } from './decision-store.ts'
import { wakeAt } from './jobs.ts'
import type { Deliver } from './model.ts'
import { type Move, move, note } from './move.ts'
import { describeRollout, label } from './sentences.ts'

/** The first version of a model: the deployment serves it, then it is the champion. */
export async function deploy(ctx: AutomationContext, decision: DecisionRecord, deliver: Deliver) {
  const version = await ctx.registry.resolve(decision.modelVersionId ?? '')
  try {
    await ctx.serving.applyDeployment({ name: deliver.deployment, model: version.model, ref: version.id })
  } catch (error) {
    if (!isAppError(error) || error.retryable) throw error
    if (hasCode(error, 'rollout_active')) return wait(ctx, decision, error.message)
    return move(ctx, decision, { state: 'failed', why: `${label(version)} could not be deployed: ${error.message}` })
  }
  const summary = `${label(version)} is the first champion of ${version.model}: it passed gate ${deliver.gate} and serves ${deliver.deployment} alone.`
  return crown(ctx, decision, {
    state: 'deployed',
    why: summary,
    alongside: (tx) => ctx.registry.setAlias(championship(decision, version, summary), tx),
  })
}

/** Ends with the alias moved; where its rule still asks for something, the decision waits until that is there. */
async function crown(ctx: AutomationContext, decision: DecisionRecord, step: Move) {
  try {
    return await move(ctx, decision, step)
  } catch (error) {
    if (!hasCode(error, 'alias_move_refused') || !isAppError(error)) throw error
    return wait(ctx, decision, error.message)
  }
}

/** Starts the rollout, or takes over its outcome. */
export async function rollOut(ctx: AutomationContext, decision: DecisionRecord, deliver: Deliver | undefined) {
  if (decision.rolloutId !== undefined)
    return conclude(ctx, decision, await ctx.delivery.getRollout(decision.rolloutId))
  if (deliver === undefined) return undefined
  if (await hasNewerCandidate(ctx.db.read, decision)) {
    return move(ctx, decision, {
      state: 'superseded',
      why: 'a newer candidate passed before this one could be rolled out',
    })
  }
  const { steps, analysis, replay, overdueAfterMs } = deliver.canary
  const modelVersionId = decision.modelVersionId ?? ''
  try {
    const request = { deployment: deliver.deployment, modelVersionId, steps, analysis, replay, key: decision.id }
    const rollout = await ctx.delivery.startRollout(request)
    const dueAt = rollout.startedAt + overdueAfterMs
    return await move(ctx, decision, {
      why: `rollout ${rollout.id} began`,
      summary: `${decision.summary} Rollout ${rollout.id} is under way.`,
      changes: { rolloutId: rollout.id, dueAt },
      alongside: (tx) => wakeAt(ctx, tx, decision.id, dueAt),
    })
  } catch (error) {
    return startFailed(ctx, decision, error)
  }
}

async function startFailed(ctx: AutomationContext, decision: DecisionRecord, error: unknown) {
  if (!isAppError(error) || error.retryable) throw error
  if (error.code === 'rollout_active') return wait(ctx, decision, error.message)
  // Nothing is served, so there is nothing to compare with: the candidate passed its gate and goes in.
  if (error.code === 'rollout_needs_champion' || error.code === 'deployment_not_found') {
    return move(ctx, decision, { state: 'deploying', why: error.message })
  }
  return move(ctx, decision, { state: 'failed', why: `the rollout could not be started: ${error.message}` })
}

async function wait(ctx: AutomationContext, decision: DecisionRecord, why: string): Promise<undefined> {
  return note(ctx, decision, { why: `waiting: ${why.replace(/\.$/, '')}` })
}

async function conclude(ctx: AutomationContext, decision: DecisionRecord, rollout: Rollout) {
  const isOver = rollout.state === 'promoted' || rollout.state === 'rolledBack' || rollout.state === 'aborted'
  if (!isOver) return overdue(ctx, decision, rollout)
  const version = await ctx.registry.resolve(rollout.modelVersionId)
  const before = await ctx.registry.findVersion(rollout.championModelVersionId)
  const told = describeRollout({ candidate: version, champion: before, rollout })
  const changes = {
    evidence: { ...decision.evidence, rollout: rollout.evidence ?? {} },
    replacedModelVersionId: before?.id,
  }
  if (rollout.state !== 'promoted') {
    return move(ctx, decision, {
      state: 'rolledBack',
      why: told,
      changes: { ...changes, replacedModelVersionId: undefined },
    })
  }
  return crown(ctx, decision, {
    state: 'promoted',
    why: told,
    changes,
    alongside: (tx) => ctx.registry.setAlias(championship(decision, version, told), tx),
  })
}

/** A rollout that should have ended is pointed out once; the time makes it visible from then on. */
async function overdue(ctx: AutomationContext, decision: DecisionRecord, rollout: Rollout): Promise<undefined> {
  if (decision.dueAt === undefined || decision.dueAt > ctx.platform.clock.now()) return undefined
  if (decision.history.some((step) => step.why.startsWith('overdue'))) return undefined
  const { id, waitingFor } = rollout
  ctx.platform.log.warn('rollout_overdue', { decision: decision.id, rollout: id, waitingFor })
  const lack = waitingFor === undefined ? '' : `; it waits for ${waitingFor}`
  await move(ctx, decision, {
    why: `overdue: the rollout should have ended by now${lack}`,
    summary: decision.summary,
  })
  return undefined
}

function championship(decision: DecisionRecord, version: ModelVersion, reason: string) {
  const evidence = JSON.parse(JSON.stringify({ decisionId: decision.id, ...decision.evidence })) as JsonObject
  return {
    model: version.model,
    alias: 'champion',
    version: version.version,
    reason,
    evidence,
    movedBy: `policy ${decision.policy}`,
  }
}
