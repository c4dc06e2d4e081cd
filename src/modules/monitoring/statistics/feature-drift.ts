import type { EffectMethod } from '../model.ts'
import type { CategoricalBaseline, CurrentFeature, FeatureBaseline, NumericBaseline } from './baseline.ts'
import { chiSquareHomogeneity, mergeRareCells, twoProportions } from './chi-square.ts'
import { divergenceNoise, hellinger, jensenShannon, psi, smoothedShares } from './divergence.ts'
import { ecdfDistance } from './ecdf-distance.ts'
import { countSortedCells } from './histogram.ts'
import { ksCritical, ksPValue } from './ks.ts'
import { sortValues } from './sort-values.ts'

/** One feature of one window against its baseline, before the correction for many features. */
export interface FeatureComparison {
  readonly test: 'ks' | 'chiSquare'
  readonly status: 'ok' | 'constant' | 'insufficient'
  readonly statistic: number
  readonly pValue: number
  readonly missingPValue: number
  readonly referenceCount: number
  readonly currentCount: number
  readonly distances: Partial<Record<EffectMethod, number>>
  /** What each distance exceeds by chance with probability alpha at these sizes. */
  readonly noise: Partial<Record<EffectMethod, number>>
  /** Counts in the cells shown to people. */
  readonly shown: { readonly reference: readonly number[]; readonly current: readonly number[] }
}

export interface ComparisonOptions {
  readonly alpha: number
  readonly minRows: number
}

/** Never NaN and never throws on data: too few values are `insufficient`, one value on both sides is `constant`. */
export function compareFeature(
  baseline: FeatureBaseline,
  current: CurrentFeature,
  options: ComparisonOptions,
): FeatureComparison {
  return baseline.type === 'numeric'
    ? compareNumeric(baseline, current.type === 'numeric' ? current : noNumbers(current.missing), options)
    : compareCategorical(baseline, current.type === 'categorical' ? current : noCounts(baseline, current), options)
}

function noNumbers(missing: number) {
  return { values: new Float32Array(0), missing }
}

function noCounts(baseline: CategoricalBaseline, current: { readonly missing: number }) {
  return { counts: baseline.counts.map(() => 0), missing: current.missing }
}

function missingPValue(baseline: FeatureBaseline, count: number, missing: number): number {
  return twoProportions(baseline.missing, baseline.count + baseline.missing, missing, count + missing).pValue
}

function compareNumeric(
  baseline: NumericBaseline,
  current: { readonly values: Float32Array; readonly missing: number },
  options: ComparisonOptions,
): FeatureComparison {
  const [n, m] = [baseline.count, current.values.length]
  const sorted = sortValues(current.values)
  const frame = {
    test: 'ks' as const,
    missingPValue: missingPValue(baseline, m, current.missing),
    referenceCount: n,
    currentCount: m,
    shown: { reference: baseline.binCounts, current: countSortedCells(sorted, baseline.binEdges) },
  }
  if (Math.min(n, m) < options.minRows) return { ...frame, ...nothing('insufficient') }
  const { ks, wasserstein } = ecdfDistance(baseline.sorted, sorted)
  const cells = countSortedCells(sorted, baseline.cellEdges)
  const root = Math.sqrt(1 / n + 1 / m)
  const binned = binnedDistances(baseline.cellCounts, cells, options.alpha)
  return {
    ...frame,
    status: 'ok',
    statistic: ks,
    pValue: ksPValue(ks, n, m),
    distances: { ...binned.distances, ks, wasserstein: wasserstein / baseline.deviation },
    noise: {
      ...binned.noise,
      ks: ksCritical(options.alpha, n, m),
      wasserstein: (baseline.wassersteinNoise * root) / baseline.deviation,
    },
  }
}

function compareCategorical(
  baseline: CategoricalBaseline,
  current: { readonly counts: readonly number[]; readonly missing: number },
  options: ComparisonOptions,
): FeatureComparison {
  const n = baseline.count
  const m = current.counts.reduce((sum, count) => sum + count, 0)
  const frame = {
    test: 'chiSquare' as const,
    missingPValue: missingPValue(baseline, m, current.missing),
    referenceCount: n,
    currentCount: m,
    shown: { reference: baseline.counts, current: current.counts },
  }
  if (Math.min(n, m) < options.minRows) return { ...frame, ...nothing('insufficient') }
  const merged = mergeRareCells(baseline.counts, current.counts)
  if (merged.reference.length < 2) return { ...frame, ...nothing('constant') }
  return {
    ...frame,
    status: 'ok',
    ...chiSquareHomogeneity(merged.reference, merged.current),
    ...binnedDistances(merged.reference, merged.current, options.alpha),
  }
}

function binnedDistances(reference: readonly number[], current: readonly number[], alpha: number) {
  const [p, q] = [smoothedShares(reference), smoothedShares(current)]
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const noise = divergenceNoise(p.length, sum(reference), sum(current), alpha)
  return {
    distances: { psi: psi(p, q), jensenShannon: jensenShannon(p, q), hellinger: hellinger(p, q) },
    noise: { psi: noise.psi, jensenShannon: noise.root, hellinger: noise.root },
  }
}

function nothing<Status extends 'constant' | 'insufficient'>(status: Status) {
  return { status, statistic: 0, pValue: 1, distances: {}, noise: {} }
}
