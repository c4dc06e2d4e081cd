import { type Subscription, subscribe } from '../../kernel/event.ts'
import { alertCleared, alertRaised } from '../monitoring/index.ts'
import { runFinished } from '../pipelines/index.ts'
import { aliasApproved } from '../registry/index.ts'
import { deploymentChanged, rolloutPromoted, rolloutRolledBack } from '../serving/index.ts'
import type { AutomationContext } from './context.ts'
import { type DecisionRecord, insertDecision, listWaiting } from './decision-store.ts'
import { wakeAt } from './jobs.ts'
import type { Policy } from './model.ts'
import { announce } from './move.ts'
import { listPolicies } from './policy-store.ts'
import { label } from './sentences.ts'

/** What happens elsewhere becomes decisions, or wakes those that wait for it. A second delivery changes nothing. */
export function automationSubscriptions(ctx: AutomationContext): Subscription[] {
  return [
    subscribe('automation.alerts', alertRaised, ({ payload }) => onAlert(ctx, payload)),
    subscribe('automation.clearings', alertCleared, ({ payload }) => wakeAll(ctx, { alertId: payload.alertId })),
    subscribe('automation.runs', runFinished, async ({ payload }) => {
      if (payload.state === 'succeeded') await onCandidates(ctx, payload)
      await wakeAll(ctx, { kind: 'retrain' })
    }),
    subscribe('automation.promotions', rolloutPromoted, ({ payload }) =>
      wakeAll(ctx, { deployment: payload.deployment }),
    ),
    subscribe('automation.rollbacks', rolloutRolledBack, ({ payload }) =>
      wakeAll(ctx, { deployment: payload.deployment }),
    ),
    // A promotion may wait for people to approve the move of the alias.
    subscribe('automation.approvals', aliasApproved, () => wakeAll(ctx, { kind: 'deliver' })),
    subscribe('automation.deployments', deploymentChanged, ({ payload }) =>
      wakeAll(ctx, { deployment: payload.deployment }),
    ),
  ]
}

interface RaisedAlert {
  readonly alertId: string
  readonly monitor: string
  readonly runId?: string | undefined
  readonly summary: string
}

async function onAlert(ctx: AutomationContext, alert: RaisedAlert): Promise<void> {
  // A watch may have the name of a monitor: a run that goes wrong is no reason to train again.
  if (alert.runId !== undefined) return
  const policies = await listPolicies(ctx.db.read)
  for (const policy of policies.filter((one) => one.retrain?.on.includes(alert.monitor) === true)) {
    const why = `${alert.monitor} raised an alert: ${alert.summary}`
    await open(ctx, policy, {
      kind: 'retrain',
      key: alert.alertId,
      state: 'waiting',
      summary: why,
      alertId: alert.alertId,
      monitor: alert.monitor,
    })
  }
}

interface FinishedRun {
  readonly pipelineRunId: string
  readonly pipeline: string
  readonly modelVersionIds: readonly string[]
}

async function onCandidates(ctx: AutomationContext, run: FinishedRun): Promise<void> {
  const policies = (await listPolicies(ctx.db.read)).filter((policy) => policy.deliver?.pipeline === run.pipeline)
  if (policies.length === 0) return
  for (const modelVersionId of run.modelVersionIds) {
    const version = await ctx.registry.findVersion(modelVersionId)
    if (version === undefined) continue
    for (const policy of policies.filter((one) => one.deliver?.model === version.model)) {
      await open(ctx, policy, {
        kind: 'deliver',
        key: version.id,
        state: 'candidate',
        summary: `${label(version)} came out of run ${run.pipelineRunId} of ${run.pipeline}`,
        pipelineRunId: run.pipelineRunId,
        model: version.model,
        modelVersionId: version.id,
        deployment: policy.deliver?.deployment,
      })
    }
  }
}

type NewDecision = Pick<DecisionRecord, 'kind' | 'key' | 'state' | 'summary'> & Partial<DecisionRecord>

/** Opens a decision, once per policy, kind and key. */
async function open(ctx: AutomationContext, policy: Policy, decision: NewDecision): Promise<void> {
  const at = ctx.platform.clock.now()
  const record: DecisionRecord = {
    ...decision,
    id: ctx.platform.ids('dec'),
    policy: policy.name,
    policyId: policy.id,
    history: [{ state: decision.state, at, why: decision.summary }],
    evidence: {},
    createdAt: at,
    updatedAt: at,
  }
  await ctx.db.transaction(async (tx) => {
    if (!(await insertDecision(tx.query, record))) return
    await announce(ctx, tx, record)
    await wakeAt(ctx, tx, record.id)
  })
}

async function wakeAll(ctx: AutomationContext, by: Parameters<typeof listWaiting>[1]): Promise<void> {
  const waiting = await listWaiting(ctx.db.read, by)
  if (waiting.length === 0) return
  await ctx.db.transaction(async (tx) => {
    for (const { id } of waiting) await wakeAt(ctx, tx, id)
  })
}
