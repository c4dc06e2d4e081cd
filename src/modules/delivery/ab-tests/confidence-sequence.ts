/**
 * The difference between two variants with an interval that may be looked at after every single observation: with
 * probability 1 − alpha it holds the true difference at all times at once, so stopping as soon as it leaves zero keeps the
 * rate of false alarms. No assumption but randomized assignment and rewards within known bounds; effects may drift, the
 * interval then holds their running average.
 *
 * Howard, Ramdas, McAuliffe, Sekhon: Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of
 * Statistics 49(2), 2021. The estimate is their section 4.2 (augmented inverse-propensity scores with predictions made
 * before each observation), the interval their theorem 4 (empirical Bernstein) with the stitched boundary of theorem 1.
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
  /** About when the interval shall be tightest, in observations; chosen before the test. */
  readonly tightestAt: number
}

export interface ConfidenceSequence {
  add(observation: Observation): void
  /** Unbounded before the first observation. */
  interval(): Interval
}

export function createConfidenceSequence({ alpha, treatmentShare, tightestAt }: SequenceOptions): ConfidenceSequence {
  // A score differs from its prediction by at most this: a reward off by 1, divided by the smaller share.
  const scale = 1 / Math.min(treatmentShare, 1 - treatmentShare)
  // Variance of a score when rewards vary by 1/4, the most that values in [0, 1] can, is four times this.
  const startVariance = (0.0625 * tightestAt) / (treatmentShare * (1 - treatmentShare))
  const treatment = { sum: 0.5, count: 1 }
  const control = { sum: 0.5, count: 1 }
  let count = 0
  let scores = 0
  let variance = 0
  return {
    add: ({ isTreatment, reward }) => {
      const arm = isTreatment ? treatment : control
      const share = isTreatment ? treatmentShare : treatmentShare - 1
      const surprise = (reward - arm.sum / arm.count) / share
      scores += treatment.sum / treatment.count - control.sum / control.count + surprise
      variance += surprise * surprise
      count += 1
      arm.sum += reward
      arm.count += 1
    },
    interval: () => {
      if (count === 0) return { count, estimate: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      const estimate = scores / count
      const radius = stitchedBoundary(variance, { alpha: alpha / 2, scale, startVariance }) / count
      return { count, estimate, low: estimate - radius, high: estimate + radius }
    },
  }
}

/** Exponent of the weights over epochs, and ζ of it, which makes them sum to 1. */
const exponent = 1.4
const zeta = 3.105547277977581
/** Growth of an epoch. */
const growth = 2

/**
 * Theorem 1, equation 10: a sub-gamma process of this scale stays below this bound at all times with probability
 * 1 − alpha, `variance` being its intrinsic time.
 */
export function stitchedBoundary(
  variance: number,
  { alpha, scale, startVariance }: { readonly alpha: number; readonly scale: number; readonly startVariance: number },
): number {
  const time = Math.max(variance, startVariance)
  const level =
    exponent * Math.log(Math.log((growth * time) / startVariance)) +
    Math.log(zeta / (alpha * Math.log(growth) ** exponent))
  const k1 = (growth ** 0.25 + growth ** -0.25) / Math.SQRT2
  const k2 = (Math.sqrt(growth) + 1) / 2
  return Math.sqrt(k1 * k1 * time * level + (k2 * scale * level) ** 2) + k2 * scale * level
}
