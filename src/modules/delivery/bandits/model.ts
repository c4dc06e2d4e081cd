import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import { deploymentName, SplitDeployment, Variant } from '../../serving/index.ts'
import { RewardMetric } from '../rewards/model.ts'

const Weighing = z.object({
  at: z.number(),
  arms: z.array(
    z.object({
      variant: z.string(),
      weight: z.number().describe('Percent of the requests from here on.'),
      count: z.number().int().describe('Keys with a reward, of the newest 20,000 of all variants.'),
      mean: z.number().optional(),
    }),
  ),
})
export type Weighing = z.infer<typeof Weighing>

const settings = {
  metric: RewardMetric,
  kind: z
    .enum(['bernoulli', 'gaussian'])
    .describe('What the rewards are like: yes and no (Beta posterior), or any number (normal posterior).'),
  floor: z
    .number()
    .describe('Percent of the requests that every variant keeps, to be found again when rewards change.'),
  intervalMs: z.number().int().describe('The weights are computed anew this often.'),
}

/** Variants whose weights follow their rewards by Thompson sampling: a better one gets more requests, without an end. */
export const Bandit = z.object({
  id: z.string(),
  deployment: z.string(),
  state: z.enum(['running', 'stopped']),
  variants: z.array(Variant).describe('As they began; the weights of now are in the history.'),
  ...settings,
  history: z.array(Weighing).describe('Weights and rewards over time, oldest first; the newest 500.'),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type Bandit = z.infer<typeof Bandit>

export const StartBandit = z.object({
  deployment: deploymentName,
  variants: z
    .array(SplitDeployment.shape.variants.element.omit({ weight: true }))
    .min(2)
    .max(10)
    .describe('Names and versions; they begin with equal weights.'),
  metric: RewardMetric.prefault({}),
  kind: settings.kind.default('bernoulli'),
  floor: z.coerce.number().min(0.1).max(50).default(5),
  intervalMs: z.coerce.number().int().min(1000).default(60_000),
})
export type StartBandit = z.infer<typeof StartBandit>

const payload = z.object({ banditId: z.string(), deployment: z.string() })
export const banditStarted = defineEvent('serving.bandit.started', 'Weights follow rewards.', payload, {
  sentence: 'A bandit moves the weights of {deployment}',
})
export const banditStopped = defineEvent('serving.bandit.stopped', 'Weights follow rewards no more.', payload, {
  sentence: 'The bandit of {deployment} stopped',
})
