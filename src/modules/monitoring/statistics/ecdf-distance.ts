import type { Values } from './sort-values.ts'

/** Distances between two empirical distribution functions. */

export interface EcdfDistance {
  /** Kolmogorov-Smirnov statistic: the largest |F − G|. */
  readonly ks: number
  /** Wasserstein-1 distance: the integral of |F − G|, in units of the values. */
  readonly wasserstein: number
}

/**
 * One merge pass over two ascending arrays of finite numbers. Both pointers move past equal values before the
 * difference is taken, so ties are handled. Empty against anything is 0: callers check sizes first.
 */
export function ecdfDistance(x: Values, y: Values): EcdfDistance {
  const n = x.length
  const m = y.length
  if (n === 0 || m === 0) return { ks: 0, wasserstein: 0 }
  let i = 0
  let j = 0
  let ks = 0
  let wasserstein = 0
  let at = Math.min(x[0] ?? 0, y[0] ?? 0)
  let gap = 0
  while (i < n || j < m) {
    const next = nextValue(x, i, y, j)
    wasserstein += gap * (next - at)
    while (i < n && x[i] === next) i++
    while (j < m && y[j] === next) j++
    gap = Math.abs(i / n - j / m)
    if (gap > ks) ks = gap
    at = next
  }
  return { ks, wasserstein }
}

function nextValue(x: Values, i: number, y: Values, j: number): number {
  const a = i < x.length ? (x[i] as number) : Number.POSITIVE_INFINITY
  const b = j < y.length ? (y[j] as number) : Number.POSITIVE_INFINITY
  return Math.min(a, b)
}
