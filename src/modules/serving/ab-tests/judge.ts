import type { Reward } from '../rewards/store.ts'
import { createConfidenceSequence } from './confidence-sequence.ts'
import type { AbComparison, AbDecision, AbResult, AbTest, SampleRatio } from './model.ts'
import { sampleRatioChance } from './sample-ratio.ts'

/** The rules of an A/B test, pure: from rewards in their order to intervals and, when there is one, the decision. */

/** Chance below which the shares of the variants are not chance any more. */
const oddChance = 0.001
const pathPoints = 120

export function judgeAbTest(
  test: AbTest,
  rewards: readonly Reward[],
  units: ReadonlyMap<string, number>,
): { readonly result: AbResult; readonly decision: Omit<AbDecision, 'at'> | undefined } {
  const comparisons = test.variants
    .filter(({ name }) => name !== test.control)
    .map(({ name }) => compare(test, name, rewards))
  const sampleRatio = ratioOf(test, units)
  const count = rewards.filter(({ variant }) => test.variants.some(({ name }) => name === variant)).length
  const waitingFor = whatIsMissing(test, { comparisons, sampleRatio, count })
  const result = { comparisons, sampleRatio, ...(waitingFor === undefined ? {} : { waitingFor }) }
  return { result, decision: waitingFor === undefined ? decide(test, comparisons) : undefined }
}

function compare(test: AbTest, variant: string, rewards: readonly Reward[]): AbComparison {
  const { control, metric } = test
  const width = metric.high - metric.low
  const weight = (name: string) => test.variants.find((each) => each.name === name)?.weight ?? 0
  const sequence = createConfidenceSequence({
    // Each comparison gets its part of the chance of being wrong.
    alpha: test.alpha / (test.variants.length - 1),
    treatmentShare: weight(variant) / (weight(variant) + weight(control)),
    tightestAt: test.minSamples,
  })
  const own = rewards.filter((reward) => reward.variant === variant || reward.variant === control)
  const every = Math.max(1, Math.ceil(own.length / pathPoints))
  const path: AbComparison['path'] = []
  const scaled = () => {
    const { count, estimate, low, high } = sequence.interval()
    // What lies beyond the bounds of the rewards cannot be.
    const within = (value: number) => Math.min(1, Math.max(-1, value)) * width
    return { count, estimate: within(estimate), low: within(low), high: within(high) }
  }
  own.forEach((reward, index) => {
    sequence.add({ isTreatment: reward.variant === variant, reward: (reward.value - metric.low) / width })
    if ((index + 1) % every === 0 || index === own.length - 1) path.push({ at: reward.at, ...scaled() })
  })
  const sides = {
    treatment: own.filter((each) => each.variant === variant),
    control: own.filter((each) => each.variant === control),
  }
  const last = own.length === 0 ? undefined : scaled()
  return {
    variant,
    count: sides.treatment.length,
    controlCount: sides.control.length,
    mean: meanOf(sides.treatment),
    controlMean: meanOf(sides.control),
    estimate: last?.estimate,
    low: last?.low,
    high: last?.high,
    outcome: last === undefined ? 'open' : outcomeOf(last, test.minEffect),
    path,
  }
}

function meanOf(rewards: readonly Reward[]): number | undefined {
  return rewards.length === 0 ? undefined : rewards.reduce((sum, { value }) => sum + value, 0) / rewards.length
}

function outcomeOf(
  { low, high }: { low: number; high: number },
  minEffect: number | undefined,
): AbComparison['outcome'] {
  if (low > 0) return 'better'
  if (high < 0) return 'worse'
  return minEffect !== undefined && low > -minEffect && high < minEffect ? 'same' : 'open'
}

function ratioOf(test: AbTest, units: ReadonlyMap<string, number>): SampleRatio {
  const total = test.variants.reduce((sum, { weight }) => sum + weight, 0)
  const counts = test.variants.map(({ name, weight }) => ({
    variant: name,
    count: units.get(name) ?? 0,
    share: weight / total,
  }))
  const chance = sampleRatioChance(counts)
  return { counts, chance, isOdd: chance < oddChance }
}

interface Standing {
  readonly comparisons: readonly AbComparison[]
  readonly sampleRatio: SampleRatio
  readonly count: number
}

function whatIsMissing(test: AbTest, { comparisons, sampleRatio, count }: Standing): string | undefined {
  if (sampleRatio.isOdd) {
    const seen = sampleRatio.counts.map((each) => `${each.variant} ${each.count} keys`).join(', ')
    return `shares as intended: ${seen}; something else than chance chooses, so nothing is decided`
  }
  if (count < test.minSamples) return `${test.minSamples - count} more keys with a reward`
  const isFull = test.maxSamples !== undefined && count >= test.maxSamples
  const open = comparisons.filter(({ outcome }) => outcome === 'open').map(({ variant }) => variant)
  return open.length === 0 || isFull ? undefined : `a clear difference between ${open.join(', ')} and ${test.control}`
}

function decide(test: AbTest, comparisons: readonly AbComparison[]): Omit<AbDecision, 'at'> {
  const sentences = comparisons.map((comparison) => inWords(test, comparison)).join('; ')
  const [best] = comparisons
    .filter(({ outcome }) => outcome === 'better')
    .sort((a, b) => (b.estimate ?? 0) - (a.estimate ?? 0))
  if (best !== undefined) return { winner: best.variant, reason: sentences }
  const isOpen = comparisons.some(({ outcome }) => outcome === 'open')
  return isOpen
    ? { reason: `no clear difference after all samples: ${sentences}` }
    : { winner: test.control, reason: sentences }
}

function inWords({ control, alpha }: AbTest, comparison: AbComparison): string {
  const { variant, mean, controlMean, count, controlCount, outcome, low, high } = comparison
  const verdict = { better: 'better', worse: 'worse', same: 'no different', open: 'not surely different' }[outcome]
  const level = `${show(100 * (1 - alpha))}%`
  return (
    `${variant} is ${verdict}: ${show(mean)} on ${count} keys against ${show(controlMean)} on ${controlCount} of ${control}, ` +
    `a difference between ${show(low)} and ${show(high)} with ${level} confidence at all times`
  )
}

function show(value: number | undefined): string {
  return value === undefined ? 'unknown' : String(Number(value.toPrecision(3)))
}
