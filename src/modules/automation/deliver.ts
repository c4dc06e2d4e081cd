import { faultPoint } from '../../platform/runtime/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { Action } from './action.ts'
import type { AutomationContext } from './context.ts'
import type { DecisionRecord } from './decision-store.ts'
import type { Deliver, Policy } from './model.ts'
import { type Move, move } from './move.ts'
import { openDecision, wakeDecisions } from './open-decision.ts'
import { listAllPolicies } from './policy-store.ts'
import { deploy, rollOut } from './release.ts'
import { label } from './sentences.ts'

/** A model version that the policy's pipeline made goes through the gate into the deployment. */
export const delivery: Action = {
  step: stepDelivery,
  isOverdueWhenDue: true,
  async onRunFinished(ctx, run) {
    if (run.state !== 'succeeded') return
    const policies = (await listAllPolicies(ctx.db.read)).filter((policy) => policy.deliver?.pipeline === run.pipeline)
    if (policies.length === 0) return
    for (const modelVersionId of run.modelVersionIds) {
      const version = await ctx.registry.findVersion(modelVersionId)
      if (version === undefined) continue
      for (const policy of policies.filter((one) => one.deliver?.model === version.model)) {
        await openDecision(ctx, policy, {
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
  },
  // A promotion may wait for people to approve the move of the alias.
  onAliasApproved: (ctx) => wakeDecisions(ctx, { kind: 'deliver' }),
}

/** candidate -> refused | awaitingApproval | deploying -> deployed | rollingOut -> promoted | rolledBack. */
async function stepDelivery(
  ctx: AutomationContext,
  decision: DecisionRecord,
  policy: Policy | undefined,
): Promise<DecisionRecord | undefined> {
  const deliver = policy?.deliver
  // A rollout under way ends by itself; its outcome is recorded whatever became of the policy.
  if (decision.state === 'rollingOut' && (decision.rolloutId !== undefined || deliver !== undefined)) {
    return rollOut(ctx, decision, deliver)
  }
  if (deliver === undefined) {
    return move(ctx, decision, { state: 'failed', why: `policy ${decision.policy} delivers no more` })
  }
  if (decision.state === 'candidate') return judge(ctx, decision, deliver)
  if (decision.state === 'deploying') return deploy(ctx, decision, deliver)
  return undefined
}

async function judge(ctx: AutomationContext, decision: DecisionRecord, deliver: Deliver) {
  const version = await ctx.registry.resolve(decision.modelVersionId ?? '')
  const metrics = await runMetrics(ctx, decision, version)
  const verdict = await ctx.validation.decide({
    gate: deliver.gate,
    modelVersionId: version.id,
    metrics,
    subject: decision.id,
  })
  const changes = {
    verdictId: verdict.id,
    evidence: { ...decision.evidence, gate: { passed: verdict.passed, checks: verdict.checks } },
  }
  const passed = async (): Promise<Move> => {
    if (deliver.approval === 'required') {
      const why = `${verdict.summary} It waits for approval.`
      return { state: 'awaitingApproval', why, changes }
    }
    const next = await route(ctx, version)
    return { ...next, why: `${verdict.summary} ${next.why}`, changes: { ...changes, ...next.changes } }
  }
  const step = verdict.passed ? await passed() : { state: 'refused' as const, why: verdict.summary, changes }
  const moved = await move(ctx, decision, step)
  if (moved !== undefined) faultPoint('automation.candidate.decided')
  return moved
}

/** Where a version that may serve goes: straight in when there is no champion, else into a canary rollout. */
export async function route(ctx: AutomationContext, version: ModelVersion): Promise<Move> {
  const champion = await ctx.registry.findByAlias(version.model, 'champion')
  if (champion === undefined) {
    return { state: 'deploying', why: `${version.model} has no champion yet, so it is deployed at once.` }
  }
  if (champion.id === version.id) return { state: 'deployed', why: 'It is the champion already.' }
  const why = `It goes into a canary rollout against ${champion.model}/${champion.version}.`
  return { state: 'rollingOut', why, changes: { replacedModelVersionId: champion.id } }
}

/** What every step of the pipeline run logged, later steps over earlier ones; else what the version's own run did. */
async function runMetrics(
  ctx: AutomationContext,
  decision: DecisionRecord,
  version: ModelVersion,
): Promise<Record<string, number>> {
  const run = decision.pipelineRunId === undefined ? undefined : await ctx.pipelines.getRun(decision.pipelineRunId)
  const steps = [...(run?.steps ?? [])].sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
  const runIds = [version.runId, ...steps.map((step) => step.runId)].filter((id): id is string => id !== undefined)
  const metrics: Record<string, number> = {}
  for (const runId of new Set(runIds)) {
    for (const { key, value } of await ctx.tracking.latestMetrics(runId)) metrics[key] = Number(value)
  }
  return metrics
}
