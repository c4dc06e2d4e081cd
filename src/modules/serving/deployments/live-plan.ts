import type { ApplyOutcome, DataPlane } from '../../../platform/data-plane/index.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import type { FleetLink, OnProgress } from '../fleet/link.ts'
import type { ModelsEnv } from '../models/env.ts'
import { type DraftEnv, draftPlan } from './plan-draft.ts'
import { realizeDeployment } from './realize.ts'

/** Brings the data plane to what the rows say: the plan is always made whole from the rows, so repeating it is harmless. */
export interface PlanEnv extends ModelsEnv, DraftEnv {
  readonly plane: DataPlane
  readonly fleet: FleetLink
  /** By name of a deployment: what is being done for it before it can change. */
  readonly progress: Map<string, string>
}

/** The workers of this host first: what they cannot load is known before other hosts hear of it. */
export async function syncPlan(env: PlanEnv, onProgress?: OnProgress): Promise<ApplyOutcome> {
  const draft = await draftPlan(env)
  const written = await env.plane.plan()
  const version = await env.fleet.nextVersion((written?.version ?? 0) + 1)
  const deployments = await Promise.all(draft.deployments.map((each) => realizeDeployment(env, each)))
  const { failures } = await env.plane.apply(
    { version, deployments },
    { written: () => faultPoint('serving.plan.written'), applied: () => faultPoint('serving.plan.applied') },
  )
  return { version, failures: [...failures, ...(await env.fleet.share(version, draft, onProgress))] }
}
