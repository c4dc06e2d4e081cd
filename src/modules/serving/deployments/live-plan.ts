import type { ApplyOutcome, DataPlane, Plan, PlanVariant } from '../../../platform/inference/index.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import type { ModelsEnv } from '../models/env.ts'
import { findSource } from '../models/source.ts'
import type { FeatureNames } from '../predictions/feature-names.ts'
import { findPrevious } from './history-store.ts'
import { listAllDeployments, type StoredDeployment, type StoredVariant } from './store.ts'

/** Brings the data plane to what the rows say: the plan is always made whole from the rows, so repeating it is harmless. */
export interface PlanEnv extends ModelsEnv {
  readonly plane: DataPlane
  readonly featureNames: FeatureNames
  /** Keep the version that was replaced loaded, so that going back is instant. */
  readonly keepPrevious: boolean
  /** By name of a deployment: what is being done for it before it can change. */
  readonly progress: Map<string, string>
}

export async function syncPlan(env: PlanEnv): Promise<ApplyOutcome> {
  const written = await env.plane.plan()
  const plan = await makePlan(env, (written?.version ?? 0) + 1)
  return env.plane.apply(plan, {
    written: () => faultPoint('serving.plan.written'),
    applied: () => faultPoint('serving.plan.applied'),
  })
}

async function makePlan(env: PlanEnv, version: number): Promise<Plan> {
  const deployments = await listAllDeployments(env.db.read)
  return {
    version,
    deployments: await Promise.all(
      deployments.map(async (deployment) => ({
        name: deployment.name,
        salt: deployment.name,
        routing: deployment.routing,
        settings: deployment.settings,
        variants: await Promise.all(deployment.variants.map((variant) => toPlanVariant(env, variant))),
        standby: await standbyOf(env, deployment),
      })),
    ),
  }
}

/** The version to go back to stays loaded, unless its file is gone or the setting says no. */
async function standbyOf(env: PlanEnv, { id, variants }: StoredDeployment): Promise<PlanVariant[]> {
  if (!env.keepPrevious) return []
  const previous = await findPrevious(env.db.read, id, mainVariant(variants)?.modelVersionId)
  if (previous === undefined || variants.some((variant) => variant.digest === previous.digest)) return []
  return toPlanVariant(env, previous).then(
    (variant) => [variant],
    () => [],
  )
}

/** The variant with the largest weight; the first of equals. */
export function mainVariant<V extends { readonly weight: number }>(variants: readonly V[]): V | undefined {
  return variants.reduce<V | undefined>(
    (best, each) => (best !== undefined && best.weight >= each.weight ? best : each),
    undefined,
  )
}

async function toPlanVariant(env: PlanEnv, variant: StoredVariant): Promise<PlanVariant> {
  const source = await findSource(env, variant.digest)
  return {
    name: variant.name,
    modelVersionId: variant.modelVersionId,
    version: String(variant.version),
    weight: variant.weight,
    digest: variant.digest,
    ...source,
    featureNames: (await env.featureNames(variant.modelVersionId)) ?? source.featureNames,
  }
}
