import { percentile } from '../../platform/inference/index.ts'
import type { PredictionContext } from './context.ts'
import type { DeploymentTraffic, Traffic } from './model.ts'
import type { Predictions } from './service.ts'
import { addTo, listTraffic, type TrafficCount } from './traffic-store.ts'

const minuteMs = 60_000
const hourMs = 3_600_000
/** Points of a chart: finer is noise, coarser hides. */
const maxBuckets = 120

export function createTrafficReport({ platform, db }: PredictionContext): Pick<Predictions, 'traffic'> {
  return {
    traffic: async ({ deployment, from, to = platform.clock.now() }) => {
      const range = { deployment, from: from ?? to - hourMs, to }
      return toReport(await listTraffic(db.read, range), range)
    },
  }
}

/** Minutes added up into a series per variant and one total per variant. */
function toReport(
  counts: readonly TrafficCount[],
  range: { deployment: string; from: number; to: number },
): DeploymentTraffic {
  const bucketMs = Math.max(1, Math.ceil((range.to - range.from) / minuteMs / maxBuckets)) * minuteMs
  const series = new Map<string, TrafficCount>()
  const totals = new Map<string, TrafficCount>()
  for (const count of counts) {
    const minute = count.minute - (count.minute % bucketMs)
    add(series, `${count.variant}\n${minute}`, { ...count, minute })
    add(totals, count.variant, { ...count, minute: range.from })
  }
  return {
    ...range,
    bucketMs,
    totals: [...totals.values()].map(toTraffic),
    series: [...series.values()].sort((a, b) => a.minute - b.minute).map(toTraffic),
  }
}

function add(into: Map<string, TrafficCount>, key: string, count: TrafficCount): void {
  const found = into.get(key)
  into.set(key, found === undefined ? count : addTo(found, count))
}

function toTraffic(count: TrafficCount): Traffic {
  const measured = Object.values(count.buckets).reduce((sum, each) => sum + each, 0)
  return {
    variant: count.variant,
    at: count.minute,
    requestCount: count.requestCount,
    rowCount: count.rowCount,
    errorCount: count.errorCount,
    rejectedCount: count.rejectedCount,
    droppedCount: count.droppedCount,
    meanUs: measured === 0 ? undefined : Math.round(count.latencySumUs / measured),
    p50Us: percentile(count.buckets, 0.5),
    p90Us: percentile(count.buckets, 0.9),
    p99Us: percentile(count.buckets, 0.99),
  }
}
