import type { ModelSource, Tensor } from '../inference/index.ts'

/** What a scorer and its process say to each other. */

/** A scorer's whole configuration, handed over as JSON. */
export interface ScoringConfig {
  readonly socketPath: string
  readonly source: ModelSource
  readonly folder: string
  readonly name: string
}

export type ScoredRequest =
  | { readonly outputs: readonly Tensor[]; readonly latencyUs: number }
  | { readonly problem: string }

/** Where the process takes requests that may share runs; all others go to `/`. */
export const togetherPath = '/together'
