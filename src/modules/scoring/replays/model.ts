import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { deploymentName } from '../../serving/index.ts'
import { Difference, DifferenceSummary } from '../model.ts'

const Quality = z.object({
  accuracy: z.number().optional(),
  logLoss: z.number().optional(),
  auc: z.number().optional(),
})

/** One part of the rows, cut by one feature. */
export const Slice = z.object({
  feature: z.string(),
  values: z.string().describe('`NYC`, or a range: `≥ 2.5 and < 4`.'),
  count: z.number().int(),
  agreement: z.number().describe('Share of rows with the same prediction.'),
  labelCount: z.number().int(),
  servedAccuracy: z.number().optional(),
  candidateAccuracy: z.number().optional(),
})
export type Slice = z.infer<typeof Slice>

export const ReplayReport = z.object({
  summary: DifferenceSummary,
  labelCount: z.number().int(),
  served: Quality.describe('Of the answers that the clients got, over the rows with labels.'),
  candidate: Quality.describe('Of the candidate, over the same rows.'),
  champion: z
    .object({ version: z.number().int(), p50Us: z.number(), p99Us: z.number() })
    .optional()
    .describe('Time for one row, measured like that of the candidate, in a process of its own.'),
  slices: z.array(Slice).describe('Where the candidate does worst against what was served, worst first.'),
})
export type ReplayReport = z.infer<typeof ReplayReport>

/** Recorded requests of a deployment run through a version before it gets a live one. */
export const Replay = z.object({
  id: z.string(),
  deployment: z.string(),
  modelVersionId: z.string(),
  version: z.number().int(),
  state: z.enum(['running', 'finished', 'failed', 'canceled']),
  from: z.number(),
  to: z.number(),
  rowCount: z.number().int(),
  doneCount: z.number().int(),
  report: ReplayReport.optional(),
  problem: z.string().optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type Replay = z.infer<typeof Replay>

export const StartReplay = z.object({
  deployment: deploymentName,
  ref: z.string().min(1).max(200).describe('The candidate: an alias, version number or id of the deployment’s model.'),
  since: z.string().default('24h').describe('How far back: 24h, 90m, 7d.'),
  from: z.coerce.number().int().optional().describe('Epoch ms; goes before `since`.'),
  to: z.coerce.number().int().optional().describe('Epoch ms; default now.'),
  limit: z.coerce.number().int().min(1).max(200_000).default(50_000).describe('At most so many rows, the newest.'),
})
export type StartReplay = z.input<typeof StartReplay>

export const ReplayDifferences = z.object({ items: z.array(Difference) })

/** Called in the transaction that ended a replay. */
export type ReplayEndListener = (tx: Tx, replayId: string) => Promise<void>

export const replayEnded = defineEvent(
  'serving.replay.ended',
  'Recorded requests were run through a version.',
  z.object({ replayId: z.string(), deployment: z.string(), modelVersionId: z.string(), state: z.string() }),
  { sentence: 'A replay of {deployment} {state}' },
)
