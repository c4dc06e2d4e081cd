import { isAppError } from '../../kernel/errors.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { Action } from './action.ts'
import type { AutomationContext } from './context.ts'
import { type DecisionRecord, findLastRetraining } from './decision-store.ts'
import { wakeAt } from './jobs.ts'
import type { Policy } from './model.ts'
import { move, note } from './move.ts'
import { openDecision, wakeDecisions } from './open-decision.ts'
import { listAllPolicies } from './policy-store.ts'
import { duration } from './sentences.ts'

/** An alert of one of the monitors that the policy listens to has a pipeline run again. */
export const retraining: Action = {
  step: stepRetraining,
  isOverdueWhenDue: false,
  async onAlert(ctx, alert) {
    // A watch may have the name of a monitor: a run that goes wrong is no reason to train again.
    if (alert.runId !== undefined) return
    const policies = await listAllPolicies(ctx.db.read)
    for (const policy of policies.filter((one) => one.retrain?.on.includes(alert.monitor) === true)) {
      await openDecision(ctx, policy, {
        kind: 'retrain',
        key: alert.alertId,
        state: 'waiting',
        summary: `${alert.monitor} raised an alert: ${alert.summary}`,
        alertId: alert.alertId,
        monitor: alert.monitor,
      })
    }
  },
  onRunFinished: (ctx) => wakeDecisions(ctx, { kind: 'retrain' }),
}

/** waiting -> requested -> finished | failed, or dropped. */
async function stepRetraining(
  ctx: AutomationContext,
  decision: DecisionRecord,
  policy: Policy | undefined,
): Promise<DecisionRecord | undefined> {
  if (decision.state === 'waiting') return orFail(ctx, decision, () => request(ctx, decision, policy))
  return decision.pipelineRunId === undefined
    ? start(ctx, decision, policy)
    : finish(ctx, decision, decision.pipelineRunId)
}

async function request(ctx: AutomationContext, decision: DecisionRecord, policy: Policy | undefined) {
  const retrain = policy?.retrain
  if (policy === undefined || retrain === undefined) {
    return move(ctx, decision, { state: 'dropped', why: `policy ${decision.policy} retrains no more` })
  }
  const alert = await ctx.monitoring.getAlert(decision.alertId ?? '')
  if (alert.state === 'closed') {
    const why = `the alert of ${alert.monitor} was closed before a retraining could start: ${alert.closedBecause ?? ''}`
    return move(ctx, decision, { state: 'dropped', why })
  }
  const last = await findLastRetraining(ctx.db.read, policy.id, decision.id)
  const startedAt = last?.history.find((step) => step.state === 'requested')?.at
  const dueAt = startedAt === undefined ? 0 : startedAt + retrain.cooldownMs
  if (last?.state === 'requested')
    return wait(ctx, decision, `retraining ${last.pipelineRunId ?? last.id} is under way`)
  if (dueAt > ctx.platform.clock.now()) {
    const why = `waiting: the last retraining began less than ${duration(retrain.cooldownMs)} ago`
    return note(ctx, decision, { why, changes: { dueAt }, alongside: (tx) => wakeAt(ctx, tx, decision.id, dueAt) })
  }
  const running = await ctx.pipelines.listRuns({ pipeline: retrain.pipeline, state: 'running', limit: 1 })
  const other = running.items[0]
  if (other !== undefined) return wait(ctx, decision, `run ${other.id} of ${retrain.pipeline} is under way`)
  const summary = `Retraining ${retrain.pipeline} because ${alert.monitor} raised an alert: ${alert.summary}.`
  // Undefined when another retraining of this policy got in between; its end wakes this one.
  return move(ctx, decision, { state: 'requested', why: summary, changes: { evidence: { alert } } })
}

async function wait(ctx: AutomationContext, decision: DecisionRecord, why: string): Promise<undefined> {
  return note(ctx, decision, { why: `waiting: ${why}` })
}

/** The decision's own id is the key, so a crash between starting the run and noting it starts no second one. */
async function start(ctx: AutomationContext, decision: DecisionRecord, policy: Policy | undefined) {
  const retrain = policy?.retrain
  if (retrain === undefined) {
    return move(ctx, decision, { state: 'failed', why: `policy ${decision.policy} retrains no more` })
  }
  return orFail(ctx, decision, async () => {
    const run = await ctx.pipelines.startRun({
      pipeline: retrain.pipeline,
      parameters: retrain.parameters,
      trigger: { kind: 'policy', id: decision.id },
      key: decision.id,
    })
    const moved = await move(ctx, decision, {
      why: `started run ${run.id} of ${retrain.pipeline}`,
      summary: decision.summary,
      changes: { pipelineRunId: run.id },
    })
    faultPoint('automation.retraining.requested')
    return moved
  })
}

/** What cannot succeed by trying again ends the decision with its reason; anything else is tried again. */
async function orFail(
  ctx: AutomationContext,
  decision: DecisionRecord,
  act: () => Promise<DecisionRecord | undefined>,
): Promise<DecisionRecord | undefined> {
  try {
    return await act()
  } catch (error) {
    if (!isAppError(error) || error.retryable) throw error
    return move(ctx, decision, { state: 'failed', why: `The retraining could not be started: ${error.message}` })
  }
}

async function finish(ctx: AutomationContext, decision: DecisionRecord, runId: string) {
  const run = await ctx.pipelines.getRun(runId)
  if (run.state === 'running' || run.state === 'canceling') return undefined
  const isDone = run.state === 'succeeded'
  const why = isDone ? `run ${run.id} succeeded` : `run ${run.id} ${run.state}: ${run.error ?? 'no reason given'}`
  const summary = `${decision.summary} ${isDone ? 'The run succeeded.' : `The run ${run.state}: ${run.error ?? ''}`}`
  return move(ctx, decision, { state: isDone ? 'finished' : 'failed', why, summary: summary.trim() })
}
