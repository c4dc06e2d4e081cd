import type { PlanDeployment, PlanVariant } from '../../../platform/inference/index.ts'
import type { SourceEnv } from '../models/env.ts'
import { findSource } from '../models/source.ts'
import type { DraftDeployment, DraftVariant } from './plan-draft.ts'

/**
 * A deployment as the workers of this host can serve it: the files of its models are here, and their environments. Throws
 * when one of them cannot be had; a version that only waits is then left out.
 */
export async function realizeDeployment(env: SourceEnv, draft: DraftDeployment): Promise<PlanDeployment> {
  const waiting = draft.standby.map((variant) =>
    realizeVariant(env, variant).then(
      (realized) => [realized],
      () => [],
    ),
  )
  return {
    ...draft,
    variants: await Promise.all(draft.variants.map((variant) => realizeVariant(env, variant))),
    standby: (await Promise.all(waiting)).flat(),
  }
}

async function realizeVariant(env: SourceEnv, { featureNames, ...variant }: DraftVariant): Promise<PlanVariant> {
  const source = await findSource(env, variant.digest)
  return { ...variant, ...source, featureNames: featureNames ?? source.featureNames }
}
