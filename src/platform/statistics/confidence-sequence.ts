/**
 * The difference between two variants with an interval that may be looked at after every single observation: with
 * probability 1 − alpha it holds the true difference at all times at once, so stopping as soon as it leaves zero keeps the
 * rate of false alarms. No assumption but randomized assignment and rewards within [0, 1]; effects may drift, the interval
 * then holds their running average.
 *
 * Each observation is a score whose mean is the effect, whatever was seen before: an augmented inverse-propensity score
 * (Howard, Ramdas, McAuliffe, Sekhon: Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of Statistics
 * 49(2), 2021, section 4.2). Bets of several sizes are made on the scores (Waudby-Smith, Ramdas: Estimating means of bounded
 * random variables by betting, JRSS B 86(1), 2024); against a difference δ a bet λ has the capital
 * Π (1 + λ surprise) · exp(λ Σ (prediction − δ)), whose mean never grows when δ is the running average of the effects,
 * because 1 + x ≤ exp(x). The interval is what the average of all bets has not made 1/alpha against.
 */
export interface Observation {
  readonly isTreatment: boolean
  /** Scaled to [0, 1]. */
  readonly reward: number
}

export interface Interval {
  /** Observations so far. */
  readonly count: number
  /** Mean reward of the treatment less that of the control, on the scale of the observations. */
  readonly estimate: number
  readonly low: number
  readonly high: number
}

export interface SequenceOptions {
  /** Chance of ever being wrong. */
  readonly alpha: number
  /** Share of the observations that chance gives to the treatment, strictly between 0 and 1. */
  readonly treatmentShare: number
}

export interface ConfidenceSequence {
  add(observation: Observation): void
  /** Unbounded before the first observation. */
  interval(): Interval
  /** Whether this difference is outside the interval; cheaper than the interval. */
  rejects(difference: number): boolean
}

export function createConfidenceSequence({ alpha, treatmentShare }: SequenceOptions): ConfidenceSequence {
  const bets = betsOf(treatmentShare)
  const sizes = Float64Array.from(bets, ({ size }) => size)
  // Of each bet: its weight and its winnings, as a logarithm and the factors that are not in it yet.
  const logs = Float64Array.from(bets, ({ logWeight }) => logWeight)
  const factors = new Float64Array(sizes.length).fill(1)
  const treatment = { sum: 0.5, count: 1 }
  const control = { sum: 0.5, count: 1 }
  let count = 0
  let predictions = 0
  let surprises = 0
  const collect = () => {
    for (let i = 0; i < sizes.length; i++) {
      logs[i] = (logs[i] ?? 0) + Math.log(factors[i] ?? 1)
      factors[i] = 1
    }
  }
  const limit = Math.log(1 / alpha)
  const logCapital = (difference: number) => logOfSum(logs, sizes, predictions - count * difference)
  return {
    add: ({ isTreatment, reward }) => {
      const arm = isTreatment ? treatment : control
      const surprise = (reward - arm.sum / arm.count) / (isTreatment ? treatmentShare : treatmentShare - 1)
      predictions += treatment.sum / treatment.count - control.sum / control.count
      surprises += surprise
      for (let i = 0; i < sizes.length; i++) factors[i] = (factors[i] ?? 1) * (1 + (sizes[i] ?? 0) * surprise)
      count += 1
      // A factor is between 3/4 and 5/4: so many neither overflow nor vanish.
      if (count % 256 === 0) collect()
      arm.sum += reward
      arm.count += 1
    },
    interval: () => {
      if (count === 0) return { count, estimate: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      collect()
      const estimate = (predictions + surprises) / count
      return {
        count,
        estimate,
        low: edge(logCapital, { from: estimate, step: -1 / Math.sqrt(count), limit }),
        high: edge(logCapital, { from: estimate, step: 1 / Math.sqrt(count), limit }),
      }
    },
    rejects: (difference) => {
      collect()
      return logCapital(difference) >= limit
    },
  }
}

/** A bet's size, as a share of the largest that no surprise can ruin. */
const largestBet = 0.25
const betSizes = 12

interface Bet {
  readonly size: number
  readonly logWeight: number
}

/**
 * A quarter of what could be lost, an eighth, and so on, in both directions; the larger half the weight, as effects that
 * are found within some ten thousand observations ask for the first. They fit any kind of reward: the best bet is
 * effect / variance, and this grid has one within a factor of √2 of it.
 */
function betsOf(treatmentShare: number): readonly Bet[] {
  const most = largestBet * Math.min(treatmentShare, 1 - treatmentShare)
  const weights = Array.from({ length: betSizes }, (_, k) => Math.min(1, 4 / k ** 2))
  const total = 2 * weights.reduce((sum, weight) => sum + weight, 0)
  return weights.flatMap((weight, k) =>
    [most, -most].map((size) => ({ size: size / 2 ** k, logWeight: Math.log(weight / total) })),
  )
}

/** log Σ exp(logs + sizes · factor). */
function logOfSum(logs: Float64Array, sizes: Float64Array, factor: number): number {
  let highest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logs.length; i++) highest = Math.max(highest, (logs[i] ?? 0) + (sizes[i] ?? 0) * factor)
  let sum = 0
  for (let i = 0; i < logs.length; i++) sum += Math.exp((logs[i] ?? 0) + (sizes[i] ?? 0) * factor - highest)
  return highest + Math.log(sum)
}

/** Where a convex function that is below the limit at `from` reaches it, in the direction of the step. */
function edge(
  convex: (at: number) => number,
  { from, step, limit }: { readonly from: number; readonly step: number; readonly limit: number },
): number {
  let [inside, outside] = [from, from + step]
  while (convex(outside) < limit) [inside, outside] = [outside, outside + 2 * (outside - inside)]
  for (let i = 0; i < 40; i++) {
    const middle = (inside + outside) / 2
    if (convex(middle) < limit) inside = middle
    else outside = middle
  }
  return outside
}
