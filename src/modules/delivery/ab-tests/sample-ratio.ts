/**
 * Whether the variants got the shares they should have: when they did not, something else than chance chose, and the
 * comparison means nothing. Safe to look at at any time.
 *
 * Lindon, Malek: Anytime-valid inference for multinomial count data, NeurIPS 2022: the Bayes factor of a Dirichlet
 * alternative against the intended shares is a martingale under the intended shares, so the chance that it ever reaches
 * 1/alpha is at most alpha.
 */
export interface ShareCount {
  readonly count: number
  /** Intended, of 1. */
  readonly share: number
}

/** How strongly the alternative believes in the intended shares: finds small mismatches soon. */
const concentration = 100

/** An upper bound of the chance of ever seeing counts as odd as these; 1 when nothing is odd. */
export function sampleRatioChance(counts: readonly ShareCount[]): number {
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  let logFactor = logGamma(concentration) - logGamma(concentration + total)
  for (const { count, share } of counts) {
    if (share <= 0) continue
    logFactor += logGamma(concentration * share + count) - logGamma(concentration * share) - count * Math.log(share)
  }
  return Math.min(1, Math.exp(-logFactor))
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** Natural logarithm of the gamma function for x ≥ 0.5, by Lanczos (g = 7, n = 9), right to 15 digits. */
export function logGamma(x: number): number {
  const shifted = x - 1
  const base = shifted + 7.5
  const series = lanczos.reduce((sum, term, index) => (index === 0 ? term : sum + term / (shifted + index)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series)
}
