import { kolmogorovTail } from './kolmogorov.ts'

/** Above this many lattice cells the exact law costs more than a millisecond, and the asymptotic one is within 1e-3 of it. */
const exactCells = 100_000

export type KsMethod = 'exact' | 'asymptotic'

/** Two-sided p-value of the two-sample statistic `d` for samples of size n and m; exact for small samples. */
export function ksPValue(d: number, n: number, m: number, method?: KsMethod): number {
  const chosen = method ?? (n * m <= exactCells ? 'exact' : 'asymptotic')
  return chosen === 'exact' ? ksExact(d, n, m) : kolmogorovTail(Math.round((n * m) / (n + m)), d)
}

/** The d that is exceeded with probability `alpha` when nothing changed, to first order. */
export function ksCritical(alpha: number, n: number, m: number): number {
  return Math.sqrt(-Math.log(alpha / 2) / 2) * Math.sqrt(1 / n + 1 / m)
}

function ksExact(d: number, n: number, m: number): number {
  const divisor = gcd(n, m)
  const lcm = (n / divisor) * m
  const h = Math.round(d * lcm)
  if (h === 0) return 1
  return n === m ? equalSizes(n, h) : unequalSizes(Math.min(n, m), Math.max(n, m), h / lcm)
}

function equalSizes(n: number, h: number): number {
  let p = 0
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let product = 1
    for (let j = 0; j < h; j++) product *= (n - k * h - j) / (n + k * h + j + 1)
    p = product * (1 - p)
  }
  return Math.min(1, Math.max(0, 2 * p))
}

/**
 * Probability that a random lattice path from (0,0) to (n,m) leaves the band |i/n − j/m| < d (Viehmann's form): counted
 * outside rather than inside, so tiny p-values keep their precision. O(n·m) time, O(n) memory, n <= m.
 */
function unequalSizes(n: number, m: number, d: number): number {
  const limit = d * n * m - 0.5
  let row = new Float64Array(n + 1)
  for (let j = 0; j <= m; j++) {
    const next = new Float64Array(n + 1)
    for (let i = 0; i <= n; i++) {
      if (Math.abs(i * m - j * n) >= limit) next[i] = 1
      else if (i + j > 0) {
        const left = i > 0 ? (next[i - 1] as number) : 0
        next[i] = (i * left + j * (row[i] as number)) / (i + j)
      }
    }
    row = next
  }
  return row[n] as number
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
