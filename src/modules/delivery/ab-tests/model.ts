import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import { deploymentName, SplitDeployment, Variant } from '../../serving/index.ts'
import { RewardMetric } from '../rewards/model.ts'

const Point = z.object({
  at: z.number().describe('When the reward was known, epoch ms.'),
  count: z.number().int(),
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
})

/** One variant against the control. The interval holds the true difference at all times at once with the confidence asked for. */
export const AbComparison = z.object({
  variant: z.string(),
  count: z.number().int().describe('Keys with a reward.'),
  controlCount: z.number().int(),
  mean: z.number().optional(),
  controlMean: z.number().optional(),
  estimate: z.number().optional().describe('Mean reward of the variant less that of the control.'),
  low: z.number().optional(),
  high: z.number().optional(),
  outcome: z.enum(['better', 'worse', 'same', 'open']),
  path: z.array(Point).describe('The interval as it was, over time; up to 120 points.'),
})
export type AbComparison = z.infer<typeof AbComparison>

export const SampleRatio = z.object({
  counts: z.array(z.object({ variant: z.string(), count: z.number().int(), share: z.number() })),
  chance: z.number().describe('Bound of the chance of ever seeing shares as odd as these.'),
  isOdd: z.boolean().describe('Something else than chance chose: nothing is decided then.'),
})
export type SampleRatio = z.infer<typeof SampleRatio>

export const AbResult = z.object({
  comparisons: z.array(AbComparison),
  sampleRatio: SampleRatio,
  waitingFor: z.string().optional(),
})
export type AbResult = z.infer<typeof AbResult>

export const AbDecision = z.object({
  at: z.number(),
  winner: z.string().optional().describe('Absent when it ended without one.'),
  reason: z.string(),
})
export type AbDecision = z.infer<typeof AbDecision>

const settings = {
  control: z.string().describe('The variant the others are held against.'),
  metric: RewardMetric,
  alpha: z.number().describe('Chance of ever calling a difference that is none, over all comparisons.'),
  minSamples: z.number().int().describe('Keys with a reward, over all variants, before anything is decided.'),
  maxSamples: z.number().int().optional().describe('Ends without a winner after so many.'),
  minEffect: z.number().optional().describe('A difference surely smaller than this is none.'),
  onDecision: z.enum(['keep', 'promote']).describe('`promote` gives the winner all requests; `keep` leaves the split.'),
}

/** Variants of a deployment compared on rewards, with a decision that is safe to wait for with open eyes. */
export const AbTest = z.object({
  id: z.string(),
  deployment: z.string(),
  state: z.enum(['running', 'decided', 'stopped']),
  variants: z.array(Variant),
  ...settings,
  result: AbResult.optional(),
  decision: AbDecision.optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type AbTest = z.infer<typeof AbTest>

export const StartAbTest = z.object({
  deployment: deploymentName,
  variants: SplitDeployment.shape.variants.min(2).describe('Names, versions and weights; the split is made.'),
  control: settings.control.optional().describe('Default: the first variant.'),
  metric: RewardMetric.prefault({}),
  alpha: z.coerce.number().gt(0).lt(0.5).default(0.05),
  minSamples: z.coerce.number().int().min(10).default(200),
  maxSamples: z.coerce.number().int().min(10).optional(),
  minEffect: z.coerce.number().gt(0).optional(),
  onDecision: settings.onDecision.default('keep'),
})
export type StartAbTest = z.infer<typeof StartAbTest>

const payload = z.object({
  abTestId: z.string(),
  deployment: z.string(),
  winner: z.string().optional(),
  reason: z.string().optional(),
})
export const abTestStarted = defineEvent('serving.abTest.started', 'Variants are compared on rewards.', payload, {
  sentence: 'An A/B test of {deployment} began',
})
export const abTestEnded = defineEvent('serving.abTest.ended', 'An A/B test was decided or stopped.', payload, {
  sentence: [
    'The A/B test of {deployment} was won by {winner}[: {reason}]',
    'The A/B test of {deployment} ended[: {reason}]',
  ],
})
