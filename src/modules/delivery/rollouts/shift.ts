import type { Outcome } from '../../predictions/index.ts'

/** How differently two versions predict for two random shares of the same requests. */
export interface PredictionShift {
  /** Largest difference between the shares of both below any score, or of any class: 0 alike, 1 nothing in common. */
  readonly distance: number
  /** What chance alone exceeds in one look of 100,000, for as many rows. */
  readonly chance: number
}

/** Rows of each side below which nothing can be said. */
export const shiftRows = 50

/**
 * Kolmogorov: sqrt(-ln(0.00001 / 2) / 2). So strict because a rollout looks again at every burst of predictions, for days, and
 * the first look beyond the bound ends it.
 */
const strict = 2.4704

/**
 * The two-sample Kolmogorov-Smirnov distance of the scores (the probability of class 1 where there are two, else a predicted
 * number); of classes, the largest difference of their shares. Undefined when there are too few rows or they cannot be compared.
 */
export function predictionShift(
  candidate: readonly Outcome[],
  champion: readonly Outcome[],
): PredictionShift | undefined {
  const [n, m] = [candidate.length, champion.length]
  if (n < shiftRows || m < shiftRows) return undefined
  const chance = strict * Math.sqrt((n + m) / (n * m))
  const scores = [candidate, champion].map((side) => side.map(scoreOf))
  const [ours = [], theirs = []] = scores
  if ([...ours, ...theirs].every((score) => score !== undefined))
    return { distance: largestGap(ours as number[], theirs as number[]), chance }
  const classes = [candidate, champion].map((side) => side.map(({ predicted }) => predicted))
  const [our = [], their = []] = classes
  if ([...our, ...their].some((predicted) => predicted === undefined)) return undefined
  return { distance: largestShareGap(our.map(String), their.map(String)), chance }
}

function scoreOf({ probabilities, predicted }: Outcome): number | undefined {
  if (probabilities?.length === 2) return probabilities[1]
  if (probabilities !== undefined) return undefined
  return typeof predicted === 'number' && Number.isFinite(predicted) ? predicted : undefined
}

function largestGap(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()]
  let [i, j, gap] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i] as number, y[j] as number)
    while (i < x.length && x[i] === value) i++
    while (j < y.length && y[j] === value) j++
    gap = Math.max(gap, Math.abs(i / x.length - j / y.length))
  }
  return gap
}

function largestShareGap(a: readonly string[], b: readonly string[]): number {
  const shares = new Map<string, number>()
  for (const word of a) shares.set(word, (shares.get(word) ?? 0) + 1 / a.length)
  for (const word of b) shares.set(word, (shares.get(word) ?? 0) - 1 / b.length)
  return Math.max(...[...shares.values()].map(Math.abs))
}
