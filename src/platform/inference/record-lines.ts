import { encodeRecord, type LogRecord, toRecord } from './record.ts'
import { encodeRun, runFrom, toRun } from './record-run.ts'
import type { Tensor } from './tensor.ts'

/**
 * Records that were made together, as lines. Predictions of one run of a model share most of their text, so they are one
 * line with their tensors joined: half the cost of writing, and far less than half of reading.
 */
export function encodeRecords(records: readonly LogRecord<Tensor>[]): string {
  let text = ''
  for (let at = 0; at < records.length; ) {
    const run = runFrom(records, at)
    const [first] = run
    const alone = records[at]
    if (first !== undefined && run.length > 1) text += encodeRun(first, run)
    else if (alone !== undefined) text += encodeRecord(alone)
    at += Math.max(1, run.length)
  }
  return text
}

/** The records of a line; none when it is not one: what a killed worker left half written was never acknowledged. */
export function decodeRecords(line: string): LogRecord[] {
  try {
    const fields: unknown = JSON.parse(line)
    if (!Array.isArray(fields)) return []
    if (fields[0] === 'b') return toRun(fields)
    const record = toRecord(fields)
    return record === undefined ? [] : [record]
  } catch {
    return []
  }
}
