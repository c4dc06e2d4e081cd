import type { ApplyOutcome } from '../../../platform/data-plane/index.ts'
import type { Plan, PlanDeployment } from '../../../platform/inference/index.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import type { ServingContext } from '../context.ts'
import type { DraftDeployment } from '../draft.ts'
import type { OnProgress } from '../fleet/link.ts'
import { draftPlan } from './plan-draft.ts'
import { realizeDeployment } from './realize.ts'

/** Brings the data plane to what the rows say: the plan is always made whole from the rows, so repeating it is harmless. */
export interface PlanWait {
  /** Deployments that shall be live as the rows say, whatever else is loading. */
  readonly until: readonly string[]
  /** Whether every host of the fleet shall have them. */
  readonly isFleetAwaited: boolean
  /** The workers of this host have them. */
  readonly onProven?: () => void
  readonly onProgress?: OnProgress
}

/** The workers of this host first: what they cannot load is known before other hosts hear of it. */
export async function syncPlan(env: ServingContext, wait: PlanWait): Promise<ApplyOutcome> {
  await env.planTurn(() => writePlan(env, wait.until))
  const outcome = await env.plane.follow(wait.until)
  faultPoint('serving.plan.applied')
  if (outcome.failures.length > 0) return outcome
  wait.onProven?.()
  const version = await env.planTurn(() => publishPlan(env))
  if (!wait.isFleetAwaited) return outcome
  const { until: deployments, onProgress } = wait
  return { version, failures: await env.fleet.untilServed({ version, deployments, onProgress }) }
}

async function writePlan(env: ServingContext, own: readonly string[]): Promise<void> {
  const before = await env.plane.plan()
  const draft = await draftPlan(env)
  const version = await env.fleet.nextVersion((before?.version ?? 0) + 1)
  const realize = (each: DraftDeployment) =>
    own.includes(each.name) ? realizeDeployment(env.servables.findSource, each) : keep(env, each, before)
  await env.plane.write({ version, deployments: await Promise.all(draft.deployments.map(realize)) })
  faultPoint('serving.plan.written')
}

/** What is wrong with one deployment must not keep others from changing: it stays as it was. */
async function keep(env: ServingContext, draft: DraftDeployment, before: Plan | undefined): Promise<PlanDeployment> {
  try {
    return await realizeDeployment(env.servables.findSource, draft)
  } catch (error) {
    env.platform.log.warn('a deployment cannot be served as it was declared', { name: draft.name, error })
    return before?.deployments.find(({ name }) => name === draft.name) ?? { ...draft, variants: [], standby: [] }
  }
}

/** Answers its number. */
async function publishPlan(env: ServingContext): Promise<number> {
  const version = await env.fleet.nextVersion((await env.plane.plan())?.version ?? 1)
  await env.fleet.publish(version, await draftPlan(env, env.unproven))
  return version
}
