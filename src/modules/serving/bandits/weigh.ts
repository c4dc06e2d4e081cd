import type { Reward } from '../rewards/store.ts'
import type { Bandit, Weighing } from './model.ts'
import { seededRandom } from './random.ts'
import { type ArmRewards, thompsonShares } from './thompson.ts'

/** The weights that follow from the rewards so far, pure: the same rewards give the same weights. */
export function weigh(bandit: Bandit, rewards: readonly Reward[], at: number): Weighing {
  const arms = bandit.variants.map(({ name }) => totals(rewards.filter(({ variant }) => variant === name)))
  const shares = thompsonShares(arms, {
    kind: bandit.kind,
    floor: Math.min(bandit.floor / 100, 1 / arms.length),
    random: seededRandom(rewards.length + 1),
  })
  const weights = toPercent(shares)
  return {
    at,
    arms: bandit.variants.map(({ name }, index) => {
      const { count, sum } = arms[index] ?? { count: 0, sum: 0 }
      return {
        variant: name,
        weight: weights[index] ?? 0,
        count,
        ...(count === 0 ? {} : { mean: sum / count }),
      }
    }),
  }
}

/** For rewards of yes and no any other value counts as a part of a yes. */
function totals(rewards: readonly Reward[]): ArmRewards {
  let [sum, sumOfSquares] = [0, 0]
  for (const { value } of rewards) {
    sum += value
    sumOfSquares += value * value
  }
  return { count: rewards.length, sum, sumOfSquares }
}

/** Tenths of a percent that sum to 100: the largest takes what rounding leaves. */
function toPercent(shares: readonly number[]): number[] {
  const tenths = shares.map((share) => Math.round(share * 1000))
  const largest = tenths.indexOf(Math.max(...tenths))
  const rest = 1000 - tenths.reduce((sum, each) => sum + each, 0)
  return tenths.map((each, index) => (index === largest ? each + rest : each) / 10)
}
