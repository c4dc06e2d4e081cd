import type { Distribution, EffectMethod, FeatureDrift } from '../model.ts'
import type { CurrentFeature, FeatureBaseline } from './baseline.ts'
import { benjaminiHochberg } from './benjamini-hochberg.ts'
import { shares } from './divergence.ts'
import { compareFeature, type FeatureComparison } from './feature-drift.ts'

export interface DriftOptions {
  readonly method: EffectMethod
  /** Smallest effect that matters; the method's default when absent. */
  readonly threshold?: number | undefined
  /** False discovery rate over all tests of the window. */
  readonly alpha: number
  readonly minRows: number
}

export interface WatchedFeature {
  readonly baseline: FeatureBaseline
  readonly current: CurrentFeature
}

/** Effects below these are rarely worth a retraining: the usual rules of thumb of each scale. */
const defaultThresholds: Record<EffectMethod, number> = {
  psi: 0.2,
  jensenShannon: 0.1,
  hellinger: 0.1,
  wasserstein: 0.1,
  ks: 0.1,
}

/** A share of missing values must change by this much to matter. */
const missingThreshold = 0.05

/**
 * All features of a window, most shifted first. A feature is drifted when its test is significant after the correction
 * for all tests of the window, and its effect reaches both the practical threshold and what chance alone would give.
 */
export function windowDrift(features: readonly WatchedFeature[], options: DriftOptions): FeatureDrift[] {
  const compared = features.map(({ baseline, current }) => ({
    baseline,
    current,
    comparison: compareFeature(baseline, current, options),
  }))
  const adjusted = benjaminiHochberg(
    compared.flatMap(({ comparison }) => [comparison.pValue, comparison.missingPValue]),
  )
  const drifts = compared.map(({ baseline, current, comparison }, i) =>
    decide({
      baseline,
      missing: current.missing,
      comparison,
      adjusted: [adjusted[2 * i] ?? 1, adjusted[2 * i + 1] ?? 1],
      options,
    }),
  )
  return drifts.sort((a, b) => Number(b.drifted) - Number(a.drifted) || severity(b) - severity(a))
}

function severity(drift: FeatureDrift): number {
  return drift.effect.value / (drift.effect.threshold || 1)
}

interface Decided {
  readonly baseline: FeatureBaseline
  readonly missing: number
  readonly comparison: FeatureComparison
  readonly adjusted: readonly [value: number, missing: number]
  readonly options: DriftOptions
}

function decide({ baseline, missing, comparison, adjusted, options }: Decided): FeatureDrift {
  const effect = effectOf(comparison, options)
  const valueDrifted = comparison.status === 'ok' && adjusted[0] < options.alpha && effect.value >= effect.threshold
  const missingDrift = missingOf(baseline, missing, comparison, adjusted[1], options)
  const drift: Omit<FeatureDrift, 'why'> = {
    feature: baseline.feature,
    type: baseline.type,
    status: missingDrift.current === 1 && missing > 0 ? 'absent' : comparison.status,
    drifted: valueDrifted || missingDrift.drifted,
    test: comparison.test,
    statistic: comparison.statistic,
    pValue: comparison.pValue,
    adjustedPValue: adjusted[0],
    effect,
    distances: comparison.distances,
    missing: missingDrift,
    referenceCount: comparison.referenceCount,
    currentCount: comparison.currentCount,
    distribution: distributionOf(baseline, comparison),
  }
  return { ...drift, why: explain(drift, valueDrifted, options) }
}

function effectOf(comparison: FeatureComparison, options: DriftOptions) {
  // The distances on an ordered scale do not exist for categories.
  const isOrdered = options.method === 'ks' || options.method === 'wasserstein'
  const method = isOrdered && comparison.test === 'chiSquare' ? 'jensenShannon' : options.method
  const practical = method === options.method ? options.threshold : undefined
  return {
    method,
    value: comparison.distances[method] ?? 0,
    threshold: Math.max(practical ?? defaultThresholds[method], comparison.noise[method] ?? 0),
  }
}

function missingOf(
  baseline: FeatureBaseline,
  missing: number,
  comparison: FeatureComparison,
  adjustedPValue: number,
  options: DriftOptions,
) {
  const share = (part: number, rest: number) => (part + rest === 0 ? 0 : part / (part + rest))
  const reference = share(baseline.missing, baseline.count)
  const current = share(missing, comparison.currentCount)
  const enough = missing + comparison.currentCount >= options.minRows
  const drifted = enough && adjustedPValue < options.alpha && Math.abs(current - reference) >= missingThreshold
  return { reference, current, pValue: comparison.missingPValue, adjustedPValue, drifted }
}

function distributionOf(baseline: FeatureBaseline, comparison: FeatureComparison): Distribution {
  const cells = { reference: shares(comparison.shown.reference), current: shares(comparison.shown.current) }
  return baseline.type === 'numeric'
    ? { edges: [null, ...baseline.binEdges, null], ...cells }
    : { categories: [...baseline.categories, '(other)'], ...cells }
}

const methodNames: Record<EffectMethod, string> = {
  psi: 'PSI',
  jensenShannon: 'Jensen-Shannon distance',
  hellinger: 'Hellinger distance',
  wasserstein: 'Wasserstein distance (in standard deviations)',
  ks: 'largest difference of the distribution functions',
}

function explain(drift: Omit<FeatureDrift, 'why'>, valueDrifted: boolean, options: DriftOptions): string {
  const { effect, missing } = drift
  if (missing.drifted && !valueDrifted) {
    return `missing values went from ${percent(missing.reference)} to ${percent(missing.current)}`
  }
  if (drift.status === 'insufficient') {
    const seen = Math.min(drift.currentCount, drift.referenceCount)
    return `only ${seen} values, ${options.minRows} are needed to say anything`
  }
  if (drift.status === 'constant') return 'the same single value on both sides'
  const size = `${methodNames[effect.method]} ${round(effect.value)} (limit ${round(effect.threshold)})`
  const numbers = `${size}, p = ${drift.adjustedPValue.toPrecision(1)}`
  if (valueDrifted) return `shifted: ${numbers}`
  if (drift.adjustedPValue < options.alpha) return `differs, but too little to matter: ${numbers}`
  return `no significant difference: ${numbers}`
}

function round(value: number): string {
  return String(Number(value.toPrecision(2)))
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
