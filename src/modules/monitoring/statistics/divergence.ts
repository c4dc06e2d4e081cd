import { chiSquareQuantile } from './special.ts'

/** Distances between two discrete distributions over the same cells, given as shares that each sum to 1. */

/** (count + ½) / (n + ½k): no cell is empty, the shares still sum to 1. */
export function smoothedShares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0) + counts.length / 2
  return counts.map((count) => (count + 0.5) / total)
}

/** Shares of counts; all 0 when there is nothing. */
export function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (total === 0 ? 0 : count / total))
}

/** Population stability index Σ(p − q)·ln(p/q). Cells must not be empty: smooth first. */
export function psi(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, pi, i) => sum + (pi - (q[i] ?? 0)) * Math.log(pi / (q[i] ?? 0)), 0)
}

/** Jensen-Shannon distance: the square root of the divergence, natural logarithm; 0 to sqrt(ln 2) = 0.833. */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
  const half = (a: number, middle: number) => (a === 0 ? 0 : a * Math.log(a / middle))
  const divergence = p.reduce((sum, pi, i) => {
    const qi = q[i] ?? 0
    const middle = (pi + qi) / 2
    return sum + 0.5 * (half(pi, middle) + half(qi, middle))
  }, 0)
  return Math.sqrt(Math.max(0, divergence))
}

/** Hellinger distance sqrt(1 − Σ sqrt(p·q)); 0 to 1. */
export function hellinger(p: readonly number[], q: readonly number[]): number {
  return Math.sqrt(
    Math.max(
      0,
      p.reduce((sum, pi, i) => sum - Math.sqrt(pi * (q[i] ?? 0)), 1),
    ),
  )
}

/**
 * What each of these distances exceeds with probability `alpha` by chance alone, for k cells and samples of n and m.
 * All four are the same quadratic form to first order: with c = χ²(1−α; k−1)·(1/n + 1/m), PSI reaches c, the divergences c/8.
 */
export function divergenceNoise(cells: number, n: number, m: number, alpha: number): { psi: number; root: number } {
  if (cells < 2) return { psi: 0, root: 0 }
  const c = chiSquareQuantile(alpha, cells - 1) * (1 / n + 1 / m)
  return { psi: c, root: Math.sqrt(c / 8) }
}
