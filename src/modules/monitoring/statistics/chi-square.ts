import { chiSquareTail, normalTail } from './special.ts'

export interface TestResult {
  readonly statistic: number
  readonly pValue: number
}

/**
 * Chi-square test of homogeneity on the 2×k table, without continuity correction. It accounts for the reference's own
 * sampling noise; goodness of fit against a scaled reference does not and alarms 36 % of the time at equal sizes.
 * Cells empty on both sides are left out; fewer than two cells, or an empty side, is no evidence: p = 1.
 */
export function chiSquareHomogeneity(reference: readonly number[], current: readonly number[]): TestResult {
  const n = reference.reduce((sum, count) => sum + count, 0)
  const m = current.reduce((sum, count) => sum + count, 0)
  if (n === 0 || m === 0) return { statistic: 0, pValue: 1 }
  let statistic = 0
  let cells = 0
  for (const [i, a] of reference.entries()) {
    const b = current[i] ?? 0
    if (a + b === 0) continue
    cells++
    const expectedA = ((a + b) * n) / (n + m)
    const expectedB = ((a + b) * m) / (n + m)
    statistic += (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB
  }
  return { statistic, pValue: cells < 2 ? 1 : chiSquareTail(statistic, cells - 1) }
}

/**
 * Merges cells whose expected count on either side is below 5 into one, in which the chi-square law holds again.
 * Both arrays keep the same cells.
 */
export function mergeRareCells(
  reference: readonly number[],
  current: readonly number[],
  leastExpected = 5,
): { reference: number[]; current: number[] } {
  const n = reference.reduce((sum, count) => sum + count, 0)
  const m = current.reduce((sum, count) => sum + count, 0)
  const smaller = Math.min(n, m) / (n + m)
  const kept: { reference: number[]; current: number[] } = { reference: [], current: [] }
  let [restA, restB] = [0, 0]
  for (const [i, a] of reference.entries()) {
    const b = current[i] ?? 0
    if ((a + b) * smaller >= leastExpected) {
      kept.reference.push(a)
      kept.current.push(b)
    } else {
      restA += a
      restB += b
    }
  }
  if (restA + restB > 0) {
    kept.reference.push(restA)
    kept.current.push(restB)
  }
  return kept
}

/** Two-sided z-test that `a` of n and `b` of m come from one proportion. All or none on both sides: p = 1. */
export function twoProportions(a: number, n: number, b: number, m: number): TestResult {
  if (n === 0 || m === 0) return { statistic: 0, pValue: 1 }
  const pooled = (a + b) / (n + m)
  if (pooled === 0 || pooled === 1) return { statistic: 0, pValue: 1 }
  const statistic = (a / n - b / m) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
  return { statistic, pValue: 2 * normalTail(Math.abs(statistic)) }
}
