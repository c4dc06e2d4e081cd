import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import type { Json } from '../../kernel/json.ts'

const values = z.record(z.string(), z.json() as z.ZodType<Json>)

/** How often and how far two models' answers to the same rows are apart. */
export const DifferenceSummary = z.object({
  rowCount: z.number().describe('Rows that both answered.'),
  agreedCount: z.number().describe('Of those, rows with the same prediction.'),
  failedCount: z.number().describe('Rows on which the candidate failed.'),
  meanDifference: z.number().optional().describe('Of the numbers (probabilities when there are any), absolute.'),
  maxDifference: z.number().optional(),
  p50Us: z.number().optional().describe('Time of the candidate for one row, in its own process.'),
  p99Us: z.number().optional(),
})
export type DifferenceSummary = z.infer<typeof DifferenceSummary>

/** One row on which the two are apart. */
export const Difference = z.object({
  predictionId: z.string(),
  isAgreed: z.boolean().optional().describe('Absent when the candidate failed.'),
  difference: z.number().optional(),
  problem: z.string().optional(),
  inputs: values,
  outputs: values.describe('What the client was told.'),
  candidateOutputs: values.optional(),
  label: (z.json() as z.ZodType<Json>).optional(),
})
export type Difference = z.infer<typeof Difference>

export const scoringErrors = defineErrors({
  shadow_not_found: ['not_found', 'There is no shadow {id}.', 'slipway shadows list'],
  replay_not_found: ['not_found', 'There is no replay {id}.', 'slipway replays list'],
  replay_without_rows: [
    'conflict',
    'Deployment {deployment} has recorded nothing in that time ({since}).',
    'Look farther back: --since 7d',
  ],
  batch_not_found: ['not_found', 'There is no batch {id}.', 'slipway batches list'],
  batch_without_rows: ['invalid', 'Dataset version {input} has no rows to predict.'],
  export_without_rows: [
    'conflict',
    'Deployment {deployment} has no recorded prediction that fits.',
    'Look farther back, or leave out --labeled-only.',
  ],
  conversion_not_found: ['not_found', 'There is no conversion {id}.', 'slipway models conversions list'],
  conversion_not_needed: [
    'invalid',
    'Model version {modelVersionId} is no Python model, so there is nothing to convert.',
  ],
  conversion_not_usable: [
    'conflict',
    'Conversion {id} is {state}: only one that is converted can be served.',
    'Convert the version again: slipway models convert <model>/<version> --dataset <rows>',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof scoringErrors> {}
}
