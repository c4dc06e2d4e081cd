import type { PlanDeployment, PlanVariant } from '../../../platform/inference/index.ts'
import type { FoundSource } from '../../servables/index.ts'
import type { DraftDeployment, DraftVariant } from '../draft.ts'

type FindSource = (digest: string) => Promise<FoundSource>

/**
 * A deployment as the workers of this host can serve it: the files of its models are here, and their environments. Throws
 * when one of them cannot be had; a version that only waits is then left out.
 */
export async function realizeDeployment(findSource: FindSource, draft: DraftDeployment): Promise<PlanDeployment> {
  const waiting = draft.standby.map((variant) =>
    realizeVariant(findSource, variant).then(
      (realized) => [realized],
      () => [],
    ),
  )
  return {
    ...draft,
    variants: await Promise.all(draft.variants.map((variant) => realizeVariant(findSource, variant))),
    standby: (await Promise.all(waiting)).flat(),
  }
}

async function realizeVariant(
  findSource: FindSource,
  { featureNames, ...variant }: DraftVariant,
): Promise<PlanVariant> {
  const source = await findSource(variant.digest)
  return { ...variant, ...source, featureNames: featureNames ?? source.featureNames }
}
