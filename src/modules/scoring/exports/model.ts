import { z } from 'zod'

export const ExportPredictions = z.object({
  deployment: z.string().min(1).max(200),
  dataset: z.string().min(1).max(128).describe('Dataset that gets a version with the predictions.'),
  since: z.string().optional().describe('How far back: 24h, 90m, 7d. Absent: everything.'),
  from: z.coerce.number().int().optional().describe('Epoch ms; goes before `since`.'),
  to: z.coerce.number().int().optional().describe('Epoch ms; default now.'),
  labeledOnly: z.boolean().default(false).describe('Only rows whose label is known: what a training step wants.'),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(200_000).describe('At most so many rows, the oldest.'),
})
export type ExportPredictions = z.input<typeof ExportPredictions>

export const ExportedPredictions = z.object({
  datasetVersionId: z.string(),
  dataset: z.string(),
  version: z.number().int(),
  rowCount: z.number().int(),
  labelCount: z.number().int(),
})
export type ExportedPredictions = z.infer<typeof ExportedPredictions>
