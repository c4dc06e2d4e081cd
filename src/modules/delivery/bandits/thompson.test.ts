import { describe, expect, it } from 'vitest'
import { drawBeta, drawNormal, type Random, seededRandom } from '../../../platform/statistics/index.ts'
import { type ArmRewards, type RewardKind, thompsonShares } from './thompson.ts'

const moments = (draw: () => number, count = 40_000) => {
  const values = Array.from({ length: count }, draw)
  const mean = values.reduce((a, b) => a + b) / count
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count }
}

/** Regret of a bandit that reweighs every 50 requests, and of an even split, over the same arms. */
function regret(seed: number, kind: RewardKind, means: readonly number[], horizon = 3000) {
  const random = seededRandom(seed)
  const arms: ArmRewards[] = means.map(() => ({ count: 0, sum: 0, sumOfSquares: 0 }))
  const best = Math.max(...means)
  let shares = means.map(() => 1 / means.length)
  let lost = 0
  for (let t = 0; t < horizon; t++) {
    if (t % 50 === 0) shares = thompsonShares(arms, { kind, floor: 0.02, random })
    const arm = pick(shares, random)
    const mean = means[arm] ?? 0
    const reward = kind === 'bernoulli' ? (random() < mean ? 1 : 0) : mean + drawNormal(random)
    const { count, sum, sumOfSquares } = arms[arm] as ArmRewards
    arms[arm] = { count: count + 1, sum: sum + reward, sumOfSquares: sumOfSquares + reward * reward }
    lost += best - mean
  }
  const even = means.reduce((sum, mean) => sum + best - mean, 0) * (horizon / means.length)
  return { lost, even }
}

function pick(shares: readonly number[], random: Random): number {
  let point = random()
  const index = shares.findIndex((share) => {
    point -= share
    return point < 0
  })
  return index === -1 ? shares.length - 1 : index
}

describe('Thompson sampling', () => {
  it('draws from the distributions it names', () => {
    const random = seededRandom(1)
    const normal = moments(() => drawNormal(random))
    expect(normal.mean).toBeCloseTo(0, 1)
    expect(normal.variance).toBeCloseTo(1, 1)
    const beta = moments(() => drawBeta(random, 3, 7))
    expect(beta.mean).toBeCloseTo(0.3, 2)
    expect(beta.variance).toBeCloseTo(21 / (100 * 11), 3)
  })

  it('gives equal shares to what it knows nothing about, and the same shares for the same seed', () => {
    const arms = Array.from({ length: 3 }, () => ({ count: 0, sum: 0, sumOfSquares: 0 }))
    for (const kind of ['bernoulli', 'gaussian'] as const) {
      const shares = thompsonShares(arms, { kind, floor: 0, random: seededRandom(3) })
      for (const share of shares) expect(share).toBeCloseTo(1 / 3, 1)
      expect(thompsonShares(arms, { kind, floor: 0, random: seededRandom(3) })).toEqual(shares)
    }
  })

  it('never gives a variant less than the floor, and sums to 1', () => {
    const arms = [
      { count: 1000, sum: 900, sumOfSquares: 900 },
      { count: 1000, sum: 100, sumOfSquares: 100 },
    ]
    const shares = thompsonShares(arms, { kind: 'bernoulli', floor: 0.05, random: seededRandom(4) })
    expect(shares[1]).toBe(0.05)
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it.each(['bernoulli', 'gaussian'] as const)('loses less than half of what an even split loses (%s)', (kind) => {
    const runs = Array.from({ length: 8 }, (_, seed) => regret(seed + 1, kind, [0.3, 0.4, 0.5]))
    const total = (read: (run: (typeof runs)[number]) => number) => runs.reduce((sum, run) => sum + read(run), 0)
    expect(total((run) => run.lost)).toBeLessThan(0.5 * total((run) => run.even))
  })
})
