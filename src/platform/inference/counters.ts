import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What workers count, one file each: a line of JSON that names the series, padded with spaces to a whole number of eight
 * bytes, then a row of float64 for each. A worker goes on with the numbers of its predecessor, and whoever is asked reads
 * the files: sums never go down when a worker dies, and the dead are counted too.
 */
export interface SeriesName {
  readonly deployment: string
  readonly version: string
}

/** Places in a row. Durations are nanoseconds, summed over requests as Triton does: each counts the whole of its run. */
export const slot = {
  success: 0,
  successNs: 1,
  failed: 2,
  overloaded: 3,
  abandoned: 4,
  failNs: 5,
  invalid: 6,
  queueNs: 7,
  inputNs: 8,
  inferNs: 9,
  outputNs: 10,
  /** Rows of successful requests; 1 for a request whose inputs have no common first dimension. */
  rows: 11,
  runs: 12,
  /** Epoch ms. */
  lastAt: 13,
  /** Waiting or running now. */
  pending: 14,
  /** Requests answered from the response cache, which did not run; they are successes too. */
  cacheHit: 15,
  cacheHitNs: 16,
  /** Requests that the cache did not have, and the time of looking. */
  cacheMiss: 17,
  cacheMissNs: 18,
} as const

const latencyAt = 20
/** Upper bounds of the latency histogram in seconds; one more place counts what is above. */
export const latencyBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const

const batchesAt = latencyAt + latencyBounds.length + 1
/** Runs of up to so many rows are told apart exactly, larger ones by the next power of two. */
const exactSizes = 64
const batchSizes = [
  ...Array.from({ length: exactSizes }, (_, index) => index + 1),
  ...Array.from({ length: 20 }, (_, index) => exactSizes * 2 ** (index + 1)),
]
const batchWidth = 4

export const rowLength = batchesAt + batchSizes.length * batchWidth

/** Place of the histogram's count for a latency. */
export function latencySlot(seconds: number): number {
  let index = 0
  while (index < latencyBounds.length && seconds > (latencyBounds[index] ?? 0)) index += 1
  return latencyAt + index
}

/** First of four places: runs, nanoseconds of input, of the model, of output. */
export function batchSlot(rows: number): number {
  const index = rows <= exactSizes ? rows - 1 : exactSizes - 1 + Math.ceil(Math.log2(rows / exactSizes))
  return batchesAt + Math.max(0, Math.min(index, batchSizes.length - 1)) * batchWidth
}

/** Sums of one live version over all workers. */
export interface ModelStatistics extends SeriesName {
  /** By slot. */
  readonly totals: Readonly<Record<keyof typeof slot, number>>
  /** Requests per latency bucket, not cumulative; the last is above every bound. */
  readonly latency: readonly number[]
  readonly batches: readonly {
    readonly size: number
    readonly count: number
    readonly inputNs: number
    readonly inferNs: number
    readonly outputNs: number
  }[]
}

export function toStatistics({ deployment, version }: SeriesName, row: Float64Array): ModelStatistics {
  const at = (index: number) => Math.round(row[index] ?? 0)
  const totals = Object.fromEntries(Object.entries(slot).map(([name, index]) => [name, at(index)]))
  return {
    deployment,
    version,
    totals: totals as ModelStatistics['totals'],
    latency: Array.from(row.subarray(latencyAt, batchesAt)),
    batches: batchSizes.flatMap((size, index) => {
      const from = batchesAt + index * batchWidth
      if (at(from) === 0) return []
      return [{ size, count: at(from), inputNs: at(from + 1), inferNs: at(from + 2), outputNs: at(from + 3) }]
    }),
  }
}

/** Reads what every worker counted for the wanted series, whether the worker lives or not. */
export async function readStatistics(folder: string, wanted: readonly SeriesName[]): Promise<ModelStatistics[]> {
  const sums = new Map(wanted.map((name) => [keyOf(name), new Float64Array(rowLength)]))
  for (const file of await readdir(folder).catch(() => [])) {
    if (!/^counters-\d+\.bin$/.test(file)) continue
    for (const [key, row] of parseCounters(await readFile(join(folder, file)))) {
      const sum = sums.get(key)
      if (sum !== undefined) add(sum, row)
    }
  }
  return wanted.map((name) => toStatistics(name, sums.get(keyOf(name)) ?? new Float64Array(rowLength)))
}

/** Requests answered or refused since the counters began, and those in hand: of every series of every worker. */
export async function readTotals(folder: string): Promise<{ requestCount: number; pendingCount: number }> {
  const total = { requestCount: 0, pendingCount: 0 }
  for (const file of await readdir(folder).catch(() => [])) {
    if (!/^counters-\d+\.bin$/.test(file)) continue
    for (const row of parseCounters(await readFile(join(folder, file))).values()) {
      for (const part of answered) total.requestCount += row[slot[part]] ?? 0
      total.pendingCount += row[slot.pending] ?? 0
    }
  }
  return total
}

const answered = ['success', 'failed', 'overloaded', 'abandoned', 'invalid'] as const

function add(sum: Float64Array, row: Float64Array): void {
  for (let i = 0; i < rowLength; i++) {
    const value = row[i] ?? 0
    sum[i] = i === slot.lastAt ? Math.max(sum[i] ?? 0, value) : (sum[i] ?? 0) + value
  }
}

export function countersFile(worker: number): string {
  return `counters-${worker}.bin`
}

export function keyOf({ deployment, version }: SeriesName): string {
  return `${deployment}/${version}`
}

/** Head of the file: its rows follow. */
export function countersHead(keys: readonly string[]): Buffer {
  const json = JSON.stringify({ rowLength, keys })
  const length = Math.ceil((Buffer.byteLength(json) + 1) / 8) * 8
  return Buffer.from(`${json}${' '.repeat(length - Buffer.byteLength(json) - 1)}\n`)
}

/** Empty for a file of another layout: an older version of this program wrote it. */
export function parseCounters(bytes: Buffer): Map<string, Float64Array> {
  const rows = new Map<string, Float64Array>()
  const end = bytes.indexOf('\n') + 1
  if (end === 0) return rows
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as { rowLength: number; keys: string[] }
  if (head.rowLength !== rowLength) return rows
  for (const [index, key] of head.keys.entries()) {
    const row = new Float64Array(rowLength)
    const from = end + index * row.byteLength
    Buffer.from(row.buffer).set(bytes.subarray(from, from + row.byteLength))
    rows.set(key, row)
  }
  return rows
}
