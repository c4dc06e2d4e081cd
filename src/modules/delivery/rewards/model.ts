import { z } from 'zod'
import type { Json } from '../../../kernel/json.ts'
import { isSameClass, readOutcome } from '../../predictions/index.ts'

/** What a variant is rewarded for, read from the label of its prediction. */
export const RewardMetric = z
  .object({
    kind: z
      .enum(['accuracy', 'reward'])
      .default('accuracy')
      .describe('`accuracy`: 1 when the prediction is its label. `reward`: the label itself, a number or yes and no.'),
    low: z.number().default(0).describe('Smallest reward there is; one below counts as this.'),
    high: z.number().default(1).describe('Largest reward there is; one above counts as this.'),
  })
  .refine(({ low, high }) => low < high, 'low must be less than high')
export type RewardMetric = z.infer<typeof RewardMetric>

/** Undefined for a label that says nothing about the metric. */
export function rewardOf(
  metric: RewardMetric,
  row: { readonly outputs: Readonly<Record<string, Json>>; readonly label: Json },
): number | undefined {
  if (metric.kind === 'accuracy') {
    const { predicted } = readOutcome(row.outputs)
    return predicted === undefined ? undefined : isSameClass(predicted, row.label) ? 1 : 0
  }
  const value = typeof row.label === 'boolean' ? Number(row.label) : row.label
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return Math.min(metric.high, Math.max(metric.low, value))
}
