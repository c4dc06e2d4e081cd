import { moveRanges, rangesOf, type SplitRange } from '../../../platform/inference/index.ts'
import type { Variant } from '../model.ts'

/** Who goes to which variant, where there are several. */
export interface DeploymentSplit {
  readonly salt: string
  readonly ranges: readonly SplitRange[]
}

type Weights = readonly Pick<Variant, 'name' | 'weight'>[]

interface Known {
  readonly name: string
  readonly variants: Weights
  readonly split: DeploymentSplit | undefined
}

interface Next {
  readonly variants: Weights
  /** Another one deals the keys anew, so that no experiment repeats the groups of the one before. */
  readonly salt?: string | undefined
}

/** The split of other weights: with the fewest keys moved, or dealt anew. */
export function splitAfter(
  { name, variants: before, split }: Known,
  { variants, salt }: Next,
): DeploymentSplit | undefined {
  if (variants.length < 2) return undefined
  if (salt !== undefined || before.length < 2) return { salt: salt ?? name, ranges: rangesOf(variants) }
  const known = split ?? { salt: name, ranges: rangesOf(before) }
  return { salt: known.salt, ranges: moveRanges(known.ranges, variants) }
}
