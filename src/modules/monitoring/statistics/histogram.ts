import type { Values } from './sort-values.ts'

/**
 * Bins come from the reference only and are stored with it: the same reference then gives the same number for every
 * window, and a window needs one pass. A bin is [edge i, edge i+1); the last one is closed, as numpy has it.
 */

/** `count` bins of equal width over [low, high]: count + 1 edges. */
export function equalWidthEdges(low: number, high: number, count: number): number[] {
  const edges = Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count)
  edges[count] = high
  return edges
}

/** Doane's number of bins: Sturges' rule corrected for skewness. 1 for fewer than 3 values or a constant. */
export function doaneCount(values: Values): number {
  const n = values.length
  if (n < 3) return 1
  let mean = 0
  for (const value of values) mean += value / n
  let [m2, m3] = [0, 0]
  for (const value of values) {
    const distance = value - mean
    m2 += distance ** 2 / n
    m3 += distance ** 3 / n
  }
  if (m2 === 0) return 1
  const skewness = Math.abs(m3 / m2 ** 1.5)
  const deviation = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  return Math.ceil(1 + Math.log2(n) + Math.log2(1 + skewness / deviation))
}

/**
 * Inner edges of at most `count` cells with about equal counts of the ascending reference; equal edges fall together,
 * so a value that fills several cells gets one of its own. The outer cells are open to both infinities.
 */
export function quantileEdges(sorted: Values, count: number): number[] {
  const edges: number[] = []
  for (let i = 1; i < count; i++) {
    const position = (i / count) * (sorted.length - 1)
    const low = sorted[Math.floor(position)] ?? 0
    const high = sorted[Math.ceil(position)] ?? low
    const edge = low + (high - low) * (position - Math.floor(position))
    const previous = edges.at(-1) ?? sorted[0]
    if (previous === undefined || edge > previous) edges.push(edge)
  }
  return edges
}

/** Counts per cell for inner edges e1 < … < ek: (−∞, e1), [e1, e2), …, [ek, ∞). */
export function countCells(values: Values, innerEdges: readonly number[]): number[] {
  const edges = Float64Array.from(innerEdges)
  const counts = new Float64Array(edges.length + 1)
  for (const value of values) {
    const cell = upperBound(edges, value)
    counts[cell] = (counts[cell] as number) + 1
  }
  return [...counts]
}

/** Like countCells for an ascending array: one binary search per edge instead of one per value. */
export function countSortedCells(sorted: Values, innerEdges: readonly number[]): number[] {
  const counts: number[] = []
  let previous = 0
  for (const edge of innerEdges) {
    const position = lowerBound(sorted, edge)
    counts.push(position - previous)
    previous = position
  }
  counts.push(sorted.length - previous)
  return counts
}

/** Index of the first element greater than `value`. */
function upperBound(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the first element not less than `value`. */
function lowerBound(sorted: Values, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
