import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  batchSlot,
  countersFile,
  countersHead,
  keyOf,
  latencySlot,
  type ModelStatistics,
  parseCounters,
  readStatistics,
  rowLength,
  type SeriesName,
  slot,
} from '../../inference/index.ts'
import type { RunTimes } from './batcher.ts'

/** This worker's counters: numbers in memory, written to its file a moment after they changed. */
export interface Counters {
  /** The series of a version, made or taken over from the file. */
  series(name: SeriesName): Series
  /** Writes the file anew with these series only. */
  keep(names: readonly SeriesName[]): void
  /** Sums over all workers, with everything that was answered before the question. */
  statistics(names: readonly SeriesName[]): Promise<ModelStatistics[]>
  close(): void
}

export interface Series {
  ran(run: RunTimes): void
  succeeded(request: { readonly rows: number; readonly queueMs: number; readonly totalMs: number }, run: RunTimes): void
  /** Answered from the response cache. */
  hit(request: { readonly totalMs: number; readonly lookupMs: number }): void
  /** Not in the response cache. */
  missed(lookupMs: number): void
  failed(reason: 'failed' | 'overloaded' | 'abandoned' | 'invalid', totalMs: number): void
  /** Requests waiting or running. */
  pending(count: number): void
}

/** How old the file may be; a reader waits as long to see what other workers answered before. */
const flushMs = 20
const nsPerMs = 1e6

export function createCounters(options: { folder: string; worker: number; now: () => number }): Counters {
  const path = join(options.folder, countersFile(options.worker))
  const rows = new Map<string, Float64Array>(readOwn(path))
  const places = new Map<string, number>()
  const dirty = new Set<string>()
  let file: number | undefined
  let timer: NodeJS.Timeout | undefined
  for (const row of rows.values()) row[slot.pending] = 0

  function rowOf(name: SeriesName): Float64Array {
    const key = keyOf(name)
    const known = rows.get(key)
    if (known !== undefined) return known
    const row = new Float64Array(rowLength)
    rows.set(key, row)
    return row
  }

  function flush(): void {
    timer = undefined
    if (file === undefined) return
    try {
      for (const key of dirty) writeRow(file, key)
      dirty.clear()
    } catch {
      // A full disk must not end the worker: the numbers are in memory, and the next change writes them again.
    }
  }

  function writeRow(to: number, key: string): void {
    const row = rows.get(key)
    const place = places.get(key)
    if (row !== undefined && place !== undefined) writeSync(to, row, 0, row.byteLength, place)
  }

  function touch(key: string): void {
    dirty.add(key)
    timer ??= setTimeout(flush, flushMs).unref()
  }

  function rewrite(keys: readonly string[]): void {
    const head = countersHead(keys)
    const staged = `${path}.next`
    writeFileSync(
      staged,
      Buffer.concat([head, ...keys.map((key) => new Uint8Array(rows.get(key)?.buffer ?? new ArrayBuffer()))]),
    )
    renameSync(staged, path)
    if (file !== undefined) closeSync(file)
    file = openSync(path, 'r+')
    places.clear()
    for (const [index, key] of keys.entries())
      places.set(key, head.byteLength + index * rowLength * Float64Array.BYTES_PER_ELEMENT)
    dirty.clear()
  }

  return {
    series: (name) => toSeries(rowOf(name), options.now, () => touch(keyOf(name))),
    keep: (names) => {
      const keys = [...new Set(names.map(keyOf))]
      for (const name of names) rowOf(name)
      for (const key of rows.keys()) if (!keys.includes(key)) rows.delete(key)
      rewrite(keys)
    },
    statistics: async (names) => {
      flush()
      // Other workers write within this time.
      await delay(flushMs + 5)
      return readStatistics(options.folder, names)
    },
    close: () => {
      for (const [key, row] of rows) {
        row[slot.pending] = 0
        dirty.add(key)
      }
      flush()
      clearTimeout(timer)
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

function toSeries(row: Float64Array, now: () => number, touch: () => void): Series {
  const add = (index: number, amount: number) => {
    row[index] = (row[index] ?? 0) + amount
  }
  return {
    ran: ({ rows, inputMs, inferMs, outputMs }) => {
      const at = batchSlot(rows)
      add(slot.runs, 1)
      add(at, 1)
      add(at + 1, inputMs * nsPerMs)
      add(at + 2, inferMs * nsPerMs)
      add(at + 3, outputMs * nsPerMs)
    },
    succeeded: ({ rows, queueMs, totalMs }, { inputMs, inferMs, outputMs }) => {
      add(slot.success, 1)
      add(slot.successNs, totalMs * nsPerMs)
      add(slot.queueNs, queueMs * nsPerMs)
      add(slot.inputNs, inputMs * nsPerMs)
      add(slot.inferNs, inferMs * nsPerMs)
      add(slot.outputNs, outputMs * nsPerMs)
      add(slot.rows, rows)
      add(latencySlot(totalMs / 1000), 1)
      row[slot.lastAt] = now()
      touch()
    },
    hit: ({ totalMs, lookupMs }) => {
      add(slot.success, 1)
      add(slot.successNs, totalMs * nsPerMs)
      add(slot.cacheHit, 1)
      add(slot.cacheHitNs, lookupMs * nsPerMs)
      add(latencySlot(totalMs / 1000), 1)
      row[slot.lastAt] = now()
      touch()
    },
    missed: (lookupMs) => {
      add(slot.cacheMiss, 1)
      add(slot.cacheMissNs, lookupMs * nsPerMs)
      touch()
    },
    failed: (reason, totalMs) => {
      add(slot[reason], 1)
      if (reason !== 'invalid') add(slot.failNs, totalMs * nsPerMs)
      touch()
    },
    pending: (count) => {
      row[slot.pending] = count
      touch()
    },
  }
}

function readOwn(path: string): Map<string, Float64Array> {
  try {
    return parseCounters(readFileSync(path))
  } catch {
    // None yet, or cut off by a full disk: counting begins at 0.
    return new Map()
  }
}
