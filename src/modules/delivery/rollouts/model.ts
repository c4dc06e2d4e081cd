import { z } from 'zod'
import { Actor } from '../../../kernel/actor.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { deploymentName } from '../../serving/index.ts'

export const RolloutStep = z.object({
  weight: z.number().min(1).max(100).describe('Percent of the requests that go to the candidate.'),
  minPredictions: z.number().int().min(0).default(0).describe('Rows the candidate must have predicted in this step.'),
  minLabels: z.number().int().min(0).default(0).describe('Of those, rows whose label is known.'),
  holdMs: z.number().int().min(0).default(0).describe('The step lasts at least this long.'),
  approval: z
    .boolean()
    .optional()
    .describe('After this step a person lets it go on (`slipway rollouts approve`), once every check has passed.'),
})
export type RolloutStep = z.infer<typeof RolloutStep>

export const analysisMetrics = ['accuracy', 'logLoss', 'auc', 'none'] as const

/** What is compared between candidate and champion, over the rows that each predicted in the current step. */
export const RolloutAnalysis = z.object({
  metric: z.enum(analysisMetrics).default('accuracy').describe('`none` looks at errors and latency only.'),
  maxDrop: z
    .number()
    .min(0)
    .default(0.02)
    .describe('How much worse the candidate may be; for logLoss, how much higher.'),
  maxErrorRate: z.number().min(0).max(1).default(0.01).describe('Failed requests of the candidate, as a share.'),
  maxLatencyRatio: z.number().min(1).optional().describe('p99 of the candidate over p99 of the champion.'),
  maxPredictionShift: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'How far the predictions of both may lie apart, labels or not: the largest difference between their shares below any score, or of any class. What chance explains is allowed too.',
    ),
  maxWaitMs: z
    .number()
    .int()
    .min(1000)
    .default(24 * 3_600_000)
    .describe('A step that still lacks its predictions or labels after this long is rolled back.'),
  output: z
    .string()
    .optional()
    .describe('The output that carries the prediction; found by itself when there is only one candidate.'),
})
export type RolloutAnalysis = z.infer<typeof RolloutAnalysis>

/** Recorded requests that the candidate must answer well before it gets a live one. */
export const RolloutReplay = z.object({
  since: z.string().default('24h').describe('How far back: 24h, 90m, 7d.'),
  minRows: z.number().int().min(1).default(100).describe('Fewer recorded rows fail.'),
  minAgreement: z.number().min(0).max(1).optional().describe('Share of rows with the prediction that was served.'),
})
export type RolloutReplay = z.infer<typeof RolloutReplay>

/** `replaying`: recorded requests are run through the candidate, which gets no live one yet. */
export const RolloutState = z.enum(['replaying', 'running', 'paused', 'promoted', 'rolledBack', 'aborted'])
export type RolloutState = z.infer<typeof RolloutState>

/** What one variant did in the window of the analysis. A metric without enough data to exist is absent. */
export const VariantEvidence = z.object({
  variant: z.string(),
  modelVersionId: z.string(),
  predictionCount: z.number(),
  labelCount: z.number(),
  requestCount: z.number(),
  errorCount: z.number(),
  p99Us: z.number().optional(),
  accuracy: z.number().optional(),
  logLoss: z.number().optional(),
  auc: z.number().optional(),
})
export type VariantEvidence = z.infer<typeof VariantEvidence>

export const RolloutCheck = z.object({
  name: z.string(),
  passed: z.boolean(),
  value: z.number().optional(),
  bound: z.number(),
  why: z.string(),
})
export type RolloutCheck = z.infer<typeof RolloutCheck>

export const RolloutEvidence = z.object({
  from: z.number(),
  to: z.number(),
  step: z.number().int(),
  /** Rows and labels of the candidate since this step began. */
  stepPredictions: z.number().int(),
  stepLabels: z.number().int(),
  candidate: VariantEvidence,
  champion: VariantEvidence,
  predictionShift: z
    .object({
      distance: z.number(),
      chance: z.number().describe('What chance alone exceeds in one look of 100,000.'),
    })
    .optional()
    .describe('Of the current step, where the analysis asks for it.'),
  checks: z.array(RolloutCheck),
})
export type RolloutEvidence = z.infer<typeof RolloutEvidence>

export const rolloutActs = [
  'replaying',
  'started',
  'advanced',
  'paused',
  'resumed',
  'approved',
  'promoted',
  'rolledBack',
  'aborted',
] as const

/** One line of a rollout's history: what was done, why, and on what numbers. */
export const RolloutDecision = z.object({
  at: z.number(),
  act: z.enum(rolloutActs),
  step: z.number().int(),
  weight: z.number(),
  reason: z.string(),
  evidence: RolloutEvidence.optional(),
  actor: Actor.describe('In whose name: who asked for it, or the part of the server that decided.'),
})
export type RolloutDecision = z.infer<typeof RolloutDecision>
/** Who acts is known where it is written. */
export type NewDecision = Omit<RolloutDecision, 'actor'>

export const Rollout = z.object({
  id: z.string(),
  deployment: z.string(),
  modelVersionId: z.string().describe('The candidate.'),
  version: z.number().int(),
  championModelVersionId: z.string(),
  championVersion: z.number().int(),
  state: RolloutState,
  step: z.number().int().describe('Index of the current step, from 0.'),
  steps: z.array(RolloutStep),
  analysis: RolloutAnalysis,
  replay: RolloutReplay.optional(),
  replayId: z.string().optional().describe('The replay it began with.'),
  key: z.string().optional(),
  approvedStep: z.number().int().optional().describe('The step after which a person last let it go on.'),
  waitingFor: z.string().optional().describe('What the current step still lacks, in words.'),
  evidence: RolloutEvidence.optional().describe('Of the latest evaluation.'),
  history: z.array(RolloutDecision),
  startedAt: z.number(),
  stepStartedAt: z.number(),
  endedAt: z.number().optional(),
})
export type Rollout = z.infer<typeof Rollout>

export const StartRollout = z.object({
  deployment: deploymentName,
  ref: z.string().min(1).max(200).describe('The candidate: an alias, version number or id of the deployment’s model.'),
  steps: z
    .array(RolloutStep)
    .min(1)
    .max(20)
    .default([
      { weight: 10, minPredictions: 100, minLabels: 50, holdMs: 0 },
      { weight: 50, minPredictions: 200, minLabels: 100, holdMs: 0 },
    ]),
  analysis: RolloutAnalysis.prefault({}),
  replay: RolloutReplay.optional().describe('Absent: the canary begins at once.'),
  key: z.string().max(200).optional().describe('Starting again with the same key answers the same rollout.'),
})
export type StartRollout = z.infer<typeof StartRollout>
/** As other modules give it: the candidate by reference or id; steps and analysis may leave out what has a default. */
export type NewRollout = Omit<z.input<typeof StartRollout>, 'ref'> &
  ({ readonly ref: string } | { readonly modelVersionId: string })

const rolloutPayload = z.object({
  rolloutId: z.string(),
  deployment: z.string(),
  modelVersionId: z.string(),
  championModelVersionId: z.string(),
  step: z.number().int(),
  weight: z.number(),
  reason: z.string(),
  evidence: RolloutEvidence.optional(),
})

export const rolloutStarted = defineEvent('serving.rollout.started', 'A canary rollout began.', rolloutPayload, {
  sentence: 'A rollout of {deployment} began at {weight}%',
})
export const rolloutAdvanced = defineEvent(
  'serving.rollout.advanced',
  'A rollout went to its next step.',
  rolloutPayload,
  { sentence: 'The rollout of {deployment} went on to {weight}%' },
)
export const rolloutPromoted = defineEvent(
  'serving.rollout.promoted',
  'A candidate passed and took over.',
  rolloutPayload,
  { sentence: 'The candidate of {deployment} took over: {reason}' },
)
export const rolloutRolledBack = defineEvent(
  'serving.rollout.rolledBack',
  'A candidate failed or was aborted and is off.',
  rolloutPayload,
  { sentence: 'The candidate of {deployment} went back: {reason}' },
)
