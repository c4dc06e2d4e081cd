import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CountRecord,
  encodeRecords,
  type LogRecord,
  parseSegmentName,
  segmentName,
  type Tensor,
} from '../../inference/index.ts'
import { createServedCounts, type Served } from './served-counts.ts'

/**
 * This worker's end of the prediction log. Records gather during one run of a model and go to the file in one write,
 * before the answers leave; the page cache keeps them when this process is killed. The log is bounded: while the segments
 * that the control plane has not yet taken exceed the limit, or the disk is full, records are counted instead of kept.
 */
export interface Recorder {
  add(record: LogRecord<Tensor>): void
  /** Counts a prediction that is not recorded; written within a second. */
  count(served: Served): void
  /** Writes what was added. */
  flush(): void
  close(): void
}

export interface RecorderOptions {
  readonly folder: string
  readonly worker: number
  /** Bytes of this worker's segments on disk beyond which records are dropped. */
  readonly limitBytes: number
  readonly segmentBytes: number
  /** Called after each write; cheap. */
  readonly onWritten: () => void
  readonly now: () => number
}

/** A look reads the folder, in the way of every prediction: far rarer than runs, and soon enough for whoever made room. */
const lookEveryMs = 100

export function createRecorder(options: RecorderOptions): Recorder {
  const { folder, worker } = options
  let number = lastNumber(folder, worker) + 1
  let file = openSync(join(folder, segmentName(worker, number)), 'a')
  let written = 0
  let isTorn = false
  let finishedBytes = finishedSize(folder, worker, number)
  let lookedAt = Number.NEGATIVE_INFINITY
  let pending: LogRecord<Tensor>[] = []
  const dropped = new Map<string, Omit<CountRecord, 'at'>>()

  /** Stays in the segment when another cannot be made: the disk is full, or too many files are open. */
  function rotate(): void {
    let next: number
    try {
      next = openSync(join(folder, segmentName(worker, number + 1)), 'a')
    } catch {
      return
    }
    closeSync(file)
    file = next
    number += 1
    written = 0
    isTorn = false
    finishedBytes = finishedSize(folder, worker, number)
  }

  function isFull(): boolean {
    if (finishedBytes + written < options.limitBytes) return false
    // The control plane deletes what it has taken: look before refusing, but not for every run while it is away.
    const now = options.now()
    if (Math.abs(now - lookedAt) < lookEveryMs) return true
    lookedAt = now
    finishedBytes = finishedSize(folder, worker, number)
    return finishedBytes + written >= options.limitBytes
  }

  function drop({ deployment, variant, ...record }: LogRecord<Tensor>): void {
    const key = `${deployment}/${variant}`
    const count = (dropped.get(key)?.count ?? 0) + ('count' in record ? record.count : 1)
    dropped.set(key, { kind: 'dropped', deployment, variant, count })
  }

  function flush(): void {
    if (pending.length === 0 && dropped.size === 0) return
    let records = pending
    pending = []
    if (isFull()) {
      for (const record of records) drop(record)
      return
    }
    if (dropped.size > 0) {
      records = [...records, ...[...dropped.values()].map((entry) => ({ ...entry, at: options.now() }))]
      dropped.clear()
    }
    if (!append(encodeRecords(records))) for (const record of records) drop(record)
    if (written >= options.segmentBytes) rotate()
    options.onWritten()
  }

  /** False when not all of it got in. A line that broke off stays, ended by the next write: readers pass over it. */
  function append(lines: string): boolean {
    const bytes = Buffer.from(isTorn ? `\n${lines}` : lines)
    const size = writeWhatFits(file, bytes)
    written += size
    isTorn = size < bytes.byteLength && (size > 0 || isTorn)
    return size === bytes.byteLength
  }

  const add = (record: LogRecord<Tensor>) => void pending.push(record)
  const served = createServedCounts(options.now, (record) => {
    add(record)
    flush()
  })

  return {
    add,
    count: served.add,
    flush,
    close: () => {
      served.write()
      closeSync(file)
    },
  }
}

/** How many bytes were written: fewer than all when the disk is full. */
function writeWhatFits(file: number, bytes: Buffer): number {
  let at = 0
  try {
    while (at < bytes.byteLength) at += writeSync(file, bytes, at)
  } catch {
    // Recording must never keep a prediction from its answer.
  }
  return at
}

function lastNumber(folder: string, worker: number): number {
  return segments(folder, worker).reduce((last, segment) => Math.max(last, segment.number), 0)
}

function finishedSize(folder: string, worker: number, current: number): number {
  let total = 0
  for (const { number, name } of segments(folder, worker)) {
    const path = join(folder, name)
    if (number < current && existsSync(path)) total += statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }
  return total
}

function segments(folder: string, worker: number): { name: string; number: number }[] {
  return readdirSync(folder).flatMap((name) => {
    const parsed = parseSegmentName(name)
    return parsed?.worker === worker ? [{ name, number: parsed.number }] : []
  })
}
