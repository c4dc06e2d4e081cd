import { createConfidenceSequence } from '../../../platform/statistics/index.ts'
import type { Reward, RewardSum } from '../rewards/store.ts'
import type { AbComparison, AbDecision, AbResult, AbTest, SampleRatio } from './model.ts'
import { sampleRatioChance } from './sample-ratio.ts'

/** The rules of an A/B test, pure: from rewards in their order to intervals and, when there is one, the decision. */

/** Chance below which the shares of the variants are not chance any more. */
const oddChance = 0.001
const pathPoints = 120

export interface AbEvidence {
  /** In their order. */
  readonly rewards: AsyncIterable<Reward> | Iterable<Reward>
  /** The same, added up by variant. */
  readonly sums: ReadonlyMap<string, RewardSum>
  /** Keys that each variant got. */
  readonly units: ReadonlyMap<string, number>
}

export async function judgeAbTest(
  test: AbTest,
  { rewards, sums, units }: AbEvidence,
): Promise<{ readonly result: AbResult; readonly decision: Omit<AbDecision, 'at'> | undefined }> {
  const running = test.variants
    .filter(({ name }) => name !== test.control)
    .map(({ name }) => startComparison(test, name, sums))
  for await (const reward of rewards) for (const comparison of running) comparison.add(reward)
  const comparisons = running.map(({ end }) => end())
  const sampleRatio = ratioOf(test, units)
  const count = test.variants.reduce((sum, { name }) => sum + (sums.get(name)?.count ?? 0), 0)
  const waitingFor = whatIsMissing(test, { comparisons, sampleRatio, count })
  const result: AbResult = { comparisons, sampleRatio, ...(waitingFor === undefined ? {} : { waitingFor }) }
  return { result, decision: waitingFor === undefined ? decide(test, comparisons) : undefined }
}

interface RunningComparison {
  add(reward: Reward): void
  end(): AbComparison
}

/** One variant against the control, reward by reward; nothing but the path is kept of them. */
function startComparison(test: AbTest, variant: string, sums: AbEvidence['sums']): RunningComparison {
  const { control, metric } = test
  const width = metric.high - metric.low
  const weight = (name: string) => test.variants.find((each) => each.name === name)?.weight ?? 0
  const sequence = createConfidenceSequence({
    // Each comparison gets its part of the chance of being wrong.
    alpha: test.alpha / (test.variants.length - 1),
    treatmentShare: weight(variant) / (weight(variant) + weight(control)),
  })
  const [own, others] = [variant, control].map((name) => sums.get(name))
  const every = Math.max(1, Math.ceil(((own?.count ?? 0) + (others?.count ?? 0)) / pathPoints))
  const path: AbComparison['path'] = []
  let count = 0
  let lastAt: number | undefined
  const pointAt = (at: number) => {
    const { estimate, low, high } = sequence.interval()
    // What lies beyond the bounds of the rewards cannot be.
    const within = (value: number) => Math.min(1, Math.max(-1, value)) * width
    return { at, count, estimate: within(estimate), low: within(low), high: within(high) }
  }
  return {
    add: ({ variant: name, value, at }) => {
      if (name !== variant && name !== control) return
      sequence.add({ isTreatment: name === variant, reward: (value - metric.low) / width })
      count += 1
      lastAt = at
      if (count % every === 0) path.push(pointAt(at))
    },
    end: () => {
      if (lastAt !== undefined && count % every !== 0) path.push(pointAt(lastAt))
      const last = path.at(-1)
      return {
        variant,
        count: own?.count ?? 0,
        controlCount: others?.count ?? 0,
        mean: meanOf(own),
        controlMean: meanOf(others),
        estimate: last?.estimate,
        low: last?.low,
        high: last?.high,
        outcome: last === undefined ? 'open' : outcomeOf(last, test.minEffect),
        path,
      }
    },
  }
}

function meanOf(sum: RewardSum | undefined): number | undefined {
  return sum === undefined || sum.count === 0 ? undefined : sum.sum / sum.count
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
