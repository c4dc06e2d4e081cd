import { z } from 'zod'
import type { Json } from '../../../kernel/json.ts'

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
