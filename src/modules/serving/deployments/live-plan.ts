import type { ApplyOutcome, DataPlane, Plan, PlanVariant } from '../../../platform/inference/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import type { FeatureNames } from '../predictions/feature-names.ts'
import type { ServingDb } from '../tables.ts'
import { findSignature, listAllDeployments, type StoredVariant } from './store.ts'

/** Brings the data plane to what the rows say: the plan is always made whole from the rows, so repeating it is harmless. */
export interface PlanEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly plane: DataPlane
  readonly featureNames: FeatureNames
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
      deployments.map(async ({ name, variants }) => ({
        name,
        salt: name,
        variants: await Promise.all(variants.map((variant) => toPlanVariant(env, variant))),
      })),
    ),
  }
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
