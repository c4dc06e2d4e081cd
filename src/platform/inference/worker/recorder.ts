import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { encodeRecord, type LogRecord, parseSegmentName, segmentName } from '../record.ts'
import type { Tensor } from '../tensor.ts'

/**
 * This worker's end of the prediction log. Records gather during one run of a model and go to the file in one write,
 * before the answers leave; the page cache keeps them when this process is killed. The log is bounded: while the segments
 * that the control plane has not yet taken exceed the limit, records are counted instead of kept.
 */
export interface Recorder {
  add(record: LogRecord<Tensor>): void
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

export function createRecorder(options: RecorderOptions): Recorder {
  const { folder, worker } = options
  let number = lastNumber(folder, worker) + 1
  let file = openSync(join(folder, segmentName(worker, number)), 'a')
  let written = 0
  let finishedBytes = finishedSize(folder, worker, number)
  let buffer = ''
  const dropped = new Map<string, { deployment: string; variant: string; count: number }>()

  function rotate(): void {
    closeSync(file)
    number += 1
    file = openSync(join(folder, segmentName(worker, number)), 'a')
    written = 0
    finishedBytes = finishedSize(folder, worker, number)
  }

  function isFull(): boolean {
    if (finishedBytes + written + buffer.length < options.limitBytes) return false
    // The control plane deletes what it has taken: look before refusing.
    finishedBytes = finishedSize(folder, worker, number)
    return finishedBytes + written + buffer.length >= options.limitBytes
  }

  function drop({ deployment, variant }: LogRecord<Tensor>): void {
    const key = `${deployment}/${variant}`
    const entry = dropped.get(key) ?? { deployment, variant, count: 0 }
    entry.count += 1
    dropped.set(key, entry)
  }

  return {
    add: (record) => {
      if (isFull()) return drop(record)
      buffer += encodeRecord(record)
    },
    flush: () => {
      if (dropped.size > 0 && !isFull()) {
        for (const entry of dropped.values()) buffer += encodeRecord({ kind: 'dropped', at: options.now(), ...entry })
        dropped.clear()
      }
      if (buffer === '') return
      const text = buffer
      buffer = ''
      written += writeAll(file, text)
      if (written >= options.segmentBytes) rotate()
      options.onWritten()
    },
    close: () => closeSync(file),
  }
}

function writeAll(file: number, text: string): number {
  const bytes = Buffer.from(text)
  let at = 0
  while (at < bytes.byteLength) at += writeSync(file, bytes, at)
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
