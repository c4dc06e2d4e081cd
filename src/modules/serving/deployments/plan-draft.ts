import type { ServingContext } from '../context.ts'
import type { DraftVariant, PlanDraft } from '../draft.ts'
import { findPrevious } from './history-store.ts'
import { listAllDeployments, type StoredDeployment, type StoredVariant } from './store.ts'

type DraftContext = Pick<ServingContext, 'db' | 'predictions' | 'keepPrevious'>

/** `unproven`: deployments that are drafted as they were before the change that is under way. */
export async function draftPlan(env: DraftContext, unproven?: ReadonlyMap<string, unknown>): Promise<PlanDraft> {
  const deployments = (await listAllDeployments(env.db.read)).map((deployment) => {
    const isProven = deployment.state !== 'updating' || unproven?.has(deployment.name) !== true
    return isProven
      ? deployment
      : { ...deployment, variants: deployment.previousVariants ?? [], split: deployment.previousSplit }
  })
  return {
    deployments: await Promise.all(
      deployments.map(async (deployment) => ({
        name: deployment.name,
        salt: deployment.split?.salt ?? deployment.name,
        ranges: deployment.split?.ranges,
        routing: deployment.routing,
        settings: deployment.settings,
        variants: await Promise.all(deployment.variants.map((variant) => toDraft(env, variant))),
        standby: await standbyOf(env, deployment),
      })),
    ),
  }
}

/** The version to go back to stays loaded, unless the setting says no. */
async function standbyOf(env: DraftContext, deployment: StoredDeployment): Promise<DraftVariant[]> {
  if (!env.keepPrevious) return []
  const previous = await findPrevious(env.db.read, deployment)
  if (previous === undefined || deployment.variants.some((variant) => variant.digest === previous.digest)) return []
  return [await toDraft(env, previous)]
}

async function toDraft(env: DraftContext, variant: StoredVariant): Promise<DraftVariant> {
  return {
    ...variant,
    version: String(variant.version),
    featureNames: await env.predictions.featureNames(variant.modelVersionId),
  }
}
