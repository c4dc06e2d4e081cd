import { seededRandom } from '../../../platform/statistics/index.ts'
import type { RewardSum } from '../rewards/store.ts'
import type { Bandit, Weighing } from './model.ts'
import { thompsonShares } from './thompson.ts'

const none: RewardSum = { count: 0, sum: 0, sumOfSquares: 0 }

/** The weights that follow from rewards by variant, pure: the same rewards give the same weights. */
export function weigh(bandit: Bandit, sums: ReadonlyMap<string, RewardSum>, at: number): Weighing {
  const arms = bandit.variants.map(({ name }) => sums.get(name) ?? none)
  const total = [...sums.values()].reduce((count, each) => count + each.count, 0)
  const shares = thompsonShares(arms, {
    kind: bandit.kind,
    floor: Math.min(bandit.floor / 100, 1 / arms.length),
    random: seededRandom(total + 1),
  })
  const weights = toPercent(shares)
  return {
    at,
    arms: bandit.variants.map(({ name }, index) => {
      const { count, sum } = arms[index] ?? none
      return {
        variant: name,
        weight: weights[index] ?? 0,
        count,
        ...(count === 0 ? {} : { mean: sum / count }),
      }
    }),
  }
}

/** Tenths of a percent that sum to 100: the largest takes what rounding leaves. */
function toPercent(shares: readonly number[]): number[] {
  const tenths = shares.map((share) => Math.round(share * 1000))
  const largest = tenths.indexOf(Math.max(...tenths))
  const rest = 1000 - tenths.reduce((sum, each) => sum + each, 0)
  return tenths.map((each, index) => (index === largest ? each + rest : each) / 10)
}
