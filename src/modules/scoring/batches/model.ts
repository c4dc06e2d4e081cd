import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'

/** A model version run over a dataset version; the answers are a dataset version too. */
export const Batch = z.object({
  id: z.string(),
  model: z.string(),
  modelVersionId: z.string(),
  version: z.number().int(),
  inputVersionId: z.string(),
  output: z.string().describe('Name of the dataset that gets the answers.'),
  outputVersionId: z.string().optional(),
  state: z.enum(['running', 'finished', 'failed', 'canceled']),
  rowCount: z.number().int(),
  doneCount: z.number().int(),
  failedCount: z.number().int().describe('Rows that the model refused; each says why in its column `problem`.'),
  problem: z.string().optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type Batch = z.infer<typeof Batch>

export const StartBatch = z.object({
  model: z.string().min(1).max(200).describe('The version: `iris@champion`, `iris/3` or its id.'),
  input: z.string().min(1).max(200).describe('The dataset version whose rows are predicted: `flights@3`.'),
  output: z.string().min(1).max(128).describe('Dataset that gets a version with the rows and their answers.'),
})
export type StartBatch = z.infer<typeof StartBatch>

export const datasetMade = defineEvent(
  'serving.dataset.made',
  'Predictions became a dataset version: exported from a deployment, or made in a batch.',
  z.object({
    datasetVersionId: z.string(),
    dataset: z.string(),
    deploymentId: z.string().optional(),
    modelVersionIds: z.array(z.string()),
    rowCount: z.number().int(),
  }),
  { sentence: '{rowCount, plural, prediction} became a version of dataset {dataset}' },
)
