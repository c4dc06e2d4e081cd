import { countSortedCells, doaneCount, equalWidthEdges, quantileEdges } from './histogram.ts'
import { sortValues } from './sort-values.ts'
import { wassersteinNoise } from './wasserstein.ts'

/** What is kept of one feature of the reference: enough to compare any window with it in one pass. */
export type FeatureBaseline = NumericBaseline | CategoricalBaseline

export interface NumericBaseline {
  readonly feature: string
  readonly type: 'numeric'
  /** Finite values. */
  readonly count: number
  /** Null, NaN or infinite. */
  readonly missing: number
  readonly mean: number
  readonly deviation: number
  /** Ascending. */
  readonly sorted: Float32Array
  /** Inner edges of ten cells of about equal counts: what the binned distances are computed on. */
  readonly cellEdges: readonly number[]
  readonly cellCounts: readonly number[]
  /** Inner edges of cells of equal width, for people; the outer cells are open. */
  readonly binEdges: readonly number[]
  readonly binCounts: readonly number[]
  /** 95 % quantile of chance Wasserstein-1 times sqrt(nm/(n+m)). */
  readonly wassersteinNoise: number
}

export interface CategoricalBaseline {
  readonly feature: string
  readonly type: 'categorical'
  readonly count: number
  readonly missing: number
  /** Most frequent first; whatever else there is falls into one more cell, the last of `counts`. */
  readonly categories: readonly string[]
  readonly counts: readonly number[]
  /** True when most values occur once: an identifier, which always looks shifted. */
  readonly isIdentifier: boolean
}

/** A feature of a window in the cells of its baseline. */
export type CurrentFeature =
  | { readonly type: 'numeric'; readonly values: Float32Array; readonly missing: number }
  | { readonly type: 'categorical'; readonly counts: readonly number[]; readonly missing: number }

// Numbers with no more distinct values than this are compared as categories: flags, small codes, constants.
const fewDistinct = 10
const mostCategories = 50
const cellTarget = 10

/**
 * A number as both sides are compared: float32, because models are often asked in float32, and a tie such as 0.1 that is
 * written in two precisions would look like a shift of its whole mass. NaN for what is not a finite number.
 */
export function toComparable(value: unknown): number {
  const plain = Array.isArray(value) && value.length === 1 ? value[0] : value
  const number = typeof plain === 'boolean' ? Number(plain) : typeof plain === 'string' ? parse(plain) : plain
  if (typeof number !== 'number') return Number.NaN
  const rounded = Math.fround(number)
  return Number.isFinite(rounded) ? rounded : Number.NaN
}

function parse(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

/** A value as a category; undefined when it is missing. */
export function toCategory(value: unknown): string | undefined {
  const plain = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (plain === null || plain === undefined || Number.isNaN(plain)) return undefined
  if (typeof plain === 'boolean') return plain ? '1' : '0'
  if (typeof plain === 'number') return String(Math.fround(plain))
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/** The baseline of a feature from all its values, in any order. */
export function buildBaseline(feature: string, values: readonly unknown[]): FeatureBaseline {
  const isNumeric = values.every((value) => value === null || value === undefined || isNumberLike(value))
  if (!isNumeric) return categorical(feature, values)
  const sorted = sortValues(Float32Array.from(values, toComparable).filter((value) => Number.isFinite(value)))
  return distinctUpTo(sorted, fewDistinct + 1) > fewDistinct
    ? numeric(feature, sorted, values.length - sorted.length)
    : categorical(feature, values)
}

function isNumberLike(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function distinctUpTo(sorted: Float32Array, limit: number): number {
  let distinct = 0
  let previous = Number.NaN
  for (const value of sorted) {
    if (value !== previous) distinct++
    if (distinct >= limit) return distinct
    previous = value
  }
  return distinct
}

function numeric(feature: string, sorted: Float32Array, missing: number): NumericBaseline {
  const count = sorted.length
  let mean = 0
  for (const value of sorted) mean += value / count
  let square = 0
  for (const value of sorted) square += (value - mean) ** 2 / count
  const at = (share: number) => sorted[Math.round(share * (count - 1))] ?? 0
  const cellEdges = quantileEdges(sorted, cellTarget)
  const [low, high] = at(0.01) < at(0.99) ? [at(0.01), at(0.99)] : [at(0), at(1)]
  const bins = Math.min(30, Math.max(5, doaneCount(sorted)))
  const binEdges = equalWidthEdges(low, high, bins).slice(1, -1)
  return {
    feature,
    type: 'numeric',
    count,
    missing,
    mean,
    deviation: Math.sqrt(square),
    sorted,
    cellEdges,
    cellCounts: countSortedCells(sorted, cellEdges),
    binEdges,
    binCounts: countSortedCells(sorted, binEdges),
    wassersteinNoise: wassersteinNoise(sorted),
  }
}

function categorical(feature: string, values: readonly unknown[]): CategoricalBaseline {
  const tally = new Map<string, number>()
  let missing = 0
  for (const value of values) {
    const category = toCategory(value)
    if (category === undefined) missing++
    else tally.set(category, (tally.get(category) ?? 0) + 1)
  }
  const count = values.length - missing
  const ranked = [...tally].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const kept = ranked.slice(0, mostCategories)
  const rest = count - kept.reduce((sum, [, size]) => sum + size, 0)
  return {
    feature,
    type: 'categorical',
    count,
    missing,
    categories: kept.map(([category]) => category),
    counts: [...kept.map(([, size]) => size), rest],
    isIdentifier: tally.size > mostCategories && tally.size > count / 2,
  }
}
