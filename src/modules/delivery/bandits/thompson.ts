import { drawBeta, drawNormal, type Random } from '../../../platform/statistics/index.ts'
import type { RewardSum } from '../rewards/store.ts'

/**
 * Thompson sampling in batches: each variant's share is the probability that it is the best, given the rewards so far.
 * Russo, Van Roy, Kazerouni, Osband, Wen: A tutorial on Thompson sampling, 2018, sections 3 and 4. A floor keeps every
 * variant explored, so that one whose rewards change is found again.
 */
export type ArmRewards = RewardSum

/** `bernoulli`: rewards are 0 or 1, posterior Beta(1 + successes, 1 + failures). `gaussian`: any number, normal posterior. */
export type RewardKind = 'bernoulli' | 'gaussian'

export interface ShareOptions {
  readonly kind: RewardKind
  /** Smallest share of a variant, of 1; at most 1 / variants. */
  readonly floor: number
  readonly random: Random
}

/** Draws of the posteriors: a share is right to about one percent. */
const draws = 4000

/** Shares of 1, in the order of the arms. */
export function thompsonShares(arms: readonly ArmRewards[], { kind, floor, random }: ShareOptions): number[] {
  const samplers = arms.map((arm) => (kind === 'bernoulli' ? bernoulli(arm) : gaussian(arm, arms)))
  const wins = arms.map(() => 0)
  for (let draw = 0; draw < draws; draw++) {
    let best = 0
    let highest = Number.NEGATIVE_INFINITY
    samplers.forEach((sample, index) => {
      const value = sample(random)
      if (value > highest) [best, highest] = [index, value]
    })
    wins[best] = (wins[best] ?? 0) + 1
  }
  const free = 1 - floor * arms.length
  return wins.map((count) => floor + (free * count) / draws)
}

function bernoulli({ count, sum }: ArmRewards) {
  return (random: Random) => drawBeta(random, 1 + sum, 1 + count - sum)
}

/** A variant with fewer than two rewards could be anything that the others were. */
function gaussian(arm: ArmRewards, all: readonly ArmRewards[]) {
  const pooled = spread(all.reduce(add, { count: 0, sum: 0, sumOfSquares: 0 }))
  const mean = arm.count === 0 ? pooled.mean : arm.sum / arm.count
  const variance = arm.count < 2 ? pooled.variance : spread(arm).variance
  const deviation = Math.sqrt(variance / Math.max(1, arm.count))
  return (random: Random) => mean + deviation * drawNormal(random)
}

function add(a: ArmRewards, b: ArmRewards): ArmRewards {
  return { count: a.count + b.count, sum: a.sum + b.sum, sumOfSquares: a.sumOfSquares + b.sumOfSquares }
}

function spread({ count, sum, sumOfSquares }: ArmRewards): { mean: number; variance: number } {
  if (count < 2) return { mean: count === 0 ? 0 : sum, variance: 1 }
  const mean = sum / count
  return { mean, variance: Math.max(1e-12, (sumOfSquares - count * mean * mean) / (count - 1)) }
}
