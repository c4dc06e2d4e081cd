import type { ApplyOutcome, DataPlane, Plan, PlanVariant } from '../../../platform/inference/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import type { FeatureNames } from '../predictions/feature-names.ts'
import type { ServingDb } from '../tables.ts'
import { findPrevious } from './history-store.ts'
import { findSignature, listAllDeployments, type StoredDeployment, type StoredVariant } from './store.ts'

/** Brings the data plane to what the rows say: the plan is always made whole from the rows, so repeating it is harmless. */
export interface PlanEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly plane: DataPlane
  readonly featureNames: FeatureNames
  /** Keep the version that was replaced loaded, so that going back is instant. */
  readonly keepPrevious: boolean
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

async function toPlanVariant({ platform, db, featureNames }: PlanEnv, variant: StoredVariant): Promise<PlanVariant> {
  const signature = await findSignature(db.read, variant.digest)
  return {
    name: variant.name,
    modelVersionId: variant.modelVersionId,
    version: String(variant.version),
    weight: variant.weight,
    digest: variant.digest,
    path: await platform.blobs.localPath(variant.digest),
    inputs: (signature?.inputs ?? []) as PlanVariant['inputs'],
    outputs: (signature?.outputs ?? []) as PlanVariant['outputs'],
    featureNames: await featureNames(variant.modelVersionId),
  }
}
