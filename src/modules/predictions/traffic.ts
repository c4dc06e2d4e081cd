import { addBuckets, type LogRecord, latencyBucket } from '../../platform/inference/index.ts'
import type { TrafficCount } from './traffic-store.ts'

const minuteMs = 60_000

/** Adds up records into rows per deployment, variant and minute. */
export function countTraffic(records: readonly LogRecord[]): TrafficCount[] {
  const rows = new Map<string, TrafficCount>()
  for (const record of records) {
    const row = rowFor(rows, record)
    if (record.kind === 'prediction') {
      const bucket = latencyBucket(record.latencyUs)
      row.requestCount += 1
      row.rowCount += record.inputs[0]?.[2][0] ?? 1
      row.latencySumUs += record.latencyUs
      row.buckets[bucket] = (row.buckets[bucket] ?? 0) + 1
    } else if (record.kind === 'served') {
      row.requestCount += record.count
      row.rowCount += record.rowCount
      row.latencySumUs += record.latencySumUs
      addBuckets(row.buckets, record.buckets)
    } else if (record.kind === 'dropped') {
      // Answered all the same: they are requests whose content is not known.
      row.requestCount += record.count
      row.droppedCount += record.count
    } else {
      row.requestCount += record.count
      if (record.kind === 'failed') row.errorCount += record.count
      else row.rejectedCount += record.count
    }
  }
  return [...rows.values()]
}

function rowFor(rows: Map<string, TrafficCount>, { deployment, variant, at }: LogRecord): TrafficCount {
  const minute = at - (at % minuteMs)
  const key = `${deployment}\n${variant}\n${minute}`
  const found = rows.get(key)
  if (found !== undefined) return found
  const row: TrafficCount = {
    deployment,
    variant,
    minute,
    requestCount: 0,
    rowCount: 0,
    errorCount: 0,
    rejectedCount: 0,
    droppedCount: 0,
    latencySumUs: 0,
    buckets: {},
  }
  rows.set(key, row)
  return row
}
