import { z } from 'zod'
import type { ForeignNames } from '../foreign-names.ts'
import { Lifecycle, Tags } from '../model.ts'

export const Experiment = z.object({
  id: z.string(),
  /** Counts from 0; experiment 0 is `Default` and exists from the first start. */
  number: z.number().int(),
  name: z.string(),
  lifecycle: Lifecycle,
  /** Where a client asked its artifacts to be kept; absent means in this server's blob store. */
  artifactLocation: z.string().optional(),
  tags: Tags,
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Experiment = z.infer<typeof Experiment>

export interface NewExperiment {
  readonly name: string
  readonly artifactLocation?: string | undefined
  readonly tags?: Tags | undefined
}

export interface ExperimentChanges {
  readonly name?: string | undefined
  /** Merged into the tags; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
}

export interface ExperimentQuery extends ForeignNames {
  /** Only those in it, at any depth. */
  readonly folder?: string | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly lifecycle?: Lifecycle | 'all' | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}
