import { z } from 'zod'
import { Actor } from '../../kernel/actor.ts'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'
import type { Json } from '../../kernel/json.ts'
import { pageQuery } from '../../kernel/paging.ts'

const json = z.json() as z.ZodType<Json>

export const Label = z.object({
  value: json,
  observedAt: z.number().describe('When the truth was known, epoch ms.'),
  recordedAt: z.number(),
  actor: Actor.describe('In whose name it was told.'),
})
export type Label = z.infer<typeof Label>

/** One predicted row. A request of one row has the request's own id; row i of a batch has `<id>.<i>`. */
export const Prediction = z.object({
  id: z.string(),
  seq: z.number().int().describe('Grows in order of recording; a window by rows is a range of it.'),
  deployment: z.string(),
  variant: z.string(),
  modelVersionId: z.string(),
  requestId: z.string().optional().describe('The `id` the client put into its request.'),
  inputs: z.record(z.string(), json).describe('Values by feature name.'),
  outputs: z.record(z.string(), json),
  latencyUs: z.number().describe('Of the whole request, in the worker.'),
  at: z.number().describe('When it was answered, epoch ms.'),
  eventAt: z.number().describe('When it happened in the world: `event_time` of the request, else `at`.'),
  unit: z
    .number()
    .int()
    .optional()
    .describe('Where the caller’s key fell in the split; absent when chance did not choose the variant.'),
  label: Label.optional(),
})
export type Prediction = z.infer<typeof Prediction>

export const ListPredictions = z.object({
  ...pageQuery,
  deployment: z.string().optional(),
  variant: z.string().optional(),
  modelVersionId: z.string().optional(),
  requestId: z.string().optional(),
  labeled: z.enum(['true', 'false']).optional().describe('Only rows with, or without, a label.'),
  from: z.coerce.number().int().optional().describe('eventAt at or after, epoch ms.'),
  to: z.coerce.number().int().optional().describe('eventAt before, epoch ms.'),
})
export type ListPredictions = z.infer<typeof ListPredictions>

/** Rows for monitoring: by time (`from`/`to` of eventAt), after a position (`afterSeq`), or the newest (`lastRows`). */
export interface WindowQuery {
  readonly deployment: string
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly afterSeq?: number | undefined
  readonly lastRows?: number | undefined
  readonly modelVersionId?: string | undefined
  readonly variant?: string | undefined
  /** Only rows whose label is known. */
  readonly labeledOnly?: boolean | undefined
  /** Largest number of rows; default and maximum 200 000. */
  readonly limit?: number | undefined
}

export interface WindowRow {
  readonly seq: number
  readonly id: string
  readonly variant: string
  readonly modelVersionId: string
  readonly at: number
  readonly eventAt: number
  readonly inputs: Readonly<Record<string, Json>>
  readonly outputs: Readonly<Record<string, Json>>
  readonly latencyUs: number
  /** See `Prediction.unit`. */
  readonly unit?: number | undefined
  readonly label?: Json
}

/** Rows oldest first by `seq`. */
export interface PredictionWindow {
  readonly deployment: string
  readonly rows: readonly WindowRow[]
}

export const LabelInput = z.object({
  predictionId: z.string().min(1).max(200),
  label: json.describe('The true value: a class, a number, a boolean.'),
  observedAt: z.number().int().optional().describe('Epoch ms; default now.'),
})
export type LabelInput = z.infer<typeof LabelInput>

export const RecordLabels = z.object({ labels: z.array(LabelInput).min(1).max(10_000) })

export const RecordedLabels = z.object({
  recordedCount: z.number().describe('New or changed.'),
  unchangedCount: z.number().describe('Known already with the same value.'),
  changedCount: z
    .number()
    .describe('Of the recorded, those that replaced another value; the old one is kept as history.'),
  unknownIds: z.array(z.string()).describe('Predictions that are not known; their labels were not stored.'),
})
export type RecordedLabels = z.infer<typeof RecordedLabels>

/** What one variant did in one minute, or over the whole range asked for. Latency is measured in the worker, body read to answer ready. */
export const Traffic = z.object({
  variant: z.string(),
  at: z.number().describe('Start of the bucket, epoch ms.'),
  requestCount: z.number(),
  rowCount: z.number(),
  errorCount: z.number().describe('Failures of the model or the server.'),
  rejectedCount: z.number().describe('Requests refused because of their own content.'),
  droppedCount: z.number().describe('Predictions answered but not recorded, because the log was full.'),
  meanUs: z.number().optional(),
  p50Us: z.number().optional(),
  p90Us: z.number().optional(),
  p99Us: z.number().optional(),
})
export type Traffic = z.infer<typeof Traffic>

export const DeploymentTraffic = z.object({
  deployment: z.string(),
  from: z.number(),
  to: z.number(),
  bucketMs: z.number(),
  totals: z.array(Traffic).describe('One per variant.'),
  series: z.array(Traffic).describe('Per variant and bucket, oldest first; empty buckets are absent.'),
})
export type DeploymentTraffic = z.infer<typeof DeploymentTraffic>

export const predictionErrors = defineErrors({
  prediction_not_found: ['not_found', 'There is no prediction {id}.'],
  prediction_has_rows: [
    'invalid',
    'Prediction {id} was a batch of {count} rows.',
    'Ask for one row: {id}.0 … {id}.{last}',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof predictionErrors> {}
}

export const predictionsIngested = defineEvent(
  'serving.predictions.ingested',
  'Predictions of a deployment are now rows.',
  z.object({
    deployment: z.string(),
    count: z.number().int(),
    from: z.number().describe('Smallest eventAt.'),
    to: z.number().describe('Largest eventAt.'),
    lastSeq: z.number().int(),
  }),
  { sentence: '{count, plural, prediction} of {deployment} recorded', stream: 'deployment' },
)

export const labelsRecorded = defineEvent(
  'serving.labels.recorded',
  'Labels were joined to predictions of a deployment.',
  z.object({
    deployment: z.string(),
    count: z.number().int(),
    from: z.number().describe('Smallest eventAt of the predictions.'),
    to: z.number().describe('Largest eventAt of the predictions.'),
  }),
  { sentence: '{count, plural, label} of {deployment} arrived', stream: 'deployment' },
)
