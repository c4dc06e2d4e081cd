import type { PlanDeployment } from '../../../platform/inference/index.ts'
import type { ServingContext } from '../context.ts'
import { findPrevious } from './history-store.ts'
import { listAllDeployments, type StoredDeployment, type StoredVariant } from './store.ts'

/** What shall be served, as the rows say it. It means the same on every host: there is no path in it. */
export interface PlanDraft {
  readonly deployments: readonly DraftDeployment[]
}

export interface DraftDeployment extends Pick<PlanDeployment, 'name' | 'salt' | 'routing' | 'settings'> {
  readonly variants: readonly DraftVariant[]
  readonly standby: readonly DraftVariant[]
}

export interface DraftVariant extends Omit<StoredVariant, 'version'> {
  readonly version: string
  /** From the registered signature. */
  readonly featureNames?: readonly string[] | undefined
}

type DraftContext = Pick<ServingContext, 'db' | 'predictions' | 'keepPrevious'>

/** `unproven`: deployments that are drafted as they were before the change that is under way. */
export async function draftPlan(env: DraftContext, unproven?: ReadonlyMap<string, unknown>): Promise<PlanDraft> {
  const deployments = (await listAllDeployments(env.db.read)).map((deployment) => {
    const isProven = deployment.state !== 'updating' || unproven?.has(deployment.name) !== true
    return isProven ? deployment : { ...deployment, variants: deployment.previousVariants ?? [] }
  })
  return {
    deployments: await Promise.all(
      deployments.map(async (deployment) => ({
        name: deployment.name,
        salt: deployment.name,
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
