import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import { Tags } from '../model.ts'

/** Data that a run read: a dataset version of this server, or a description of data elsewhere. */
export const RunInput = z.object({
  name: z.string(),
  digest: z.string(),
  /** `training`, `validation`, …; empty when the client did not say. */
  context: z.string(),
  datasetVersionId: z.string().optional(),
  sourceType: z.string(),
  source: z.string(),
  schema: z.string().optional(),
  profile: z.string().optional(),
  tags: Tags,
})
export type RunInput = z.infer<typeof RunInput>

/** A model that a run made: a logged model (`m-…`) or a registered version (`mdv_…`). */
export const RunOutput = z.object({ modelId: z.string(), step: z.number().int() })
export type RunOutput = z.infer<typeof RunOutput>

export interface NewInput {
  readonly name: string
  readonly digest: string
  readonly context?: string | undefined
  readonly datasetVersionId?: string | undefined
  readonly sourceType: string
  readonly source: string
  readonly schema?: string | undefined
  readonly profile?: string | undefined
  readonly tags?: Tags | undefined
}

export interface RunLinks {
  readonly inputs: readonly RunInput[]
  readonly outputs: readonly RunOutput[]
}

export const inputRecorded = defineEvent(
  'tracking.input.recorded',
  'A run read a dataset version.',
  z.object({ runId: z.string(), datasetVersionId: z.string() }),
  { sentence: 'A run read a dataset version' },
)
