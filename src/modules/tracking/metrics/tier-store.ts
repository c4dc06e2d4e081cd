import { type Kysely, sql } from 'kysely'
import type { InsertTarget, SqlValue, TypedTx } from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import { type MetricPoint, toMetricValue } from './metric.ts'

/**
 * Tiers make a chart cost the same whatever the length of its series. Each level cuts the steps into buckets of a width
 * and keeps of each bucket the first smallest and the first largest point, merged in as points arrive; merging twice
 * changes nothing. A level begins at four of its widths: what is before that is read from the level below, so that short
 * series, which are most, cost nothing. NaN points are in no tier.
 */
export const tierWidths = [16, 64, 256, 1024, 4096, 16_384, 65_536] as const

const firstStep = (width: number) => 4 * width

const isLess = '(excluded."minValue", excluded."minStep") < (tracking_tiers."minValue", tracking_tiers."minStep")'
const isMore = '(excluded."maxValue", -excluded."maxStep") > (tracking_tiers."maxValue", -tracking_tiers."maxStep")'
const merged = (condition: string, column: string) =>
  `"${column}" = case when ${condition} then excluded."${column}" else tracking_tiers."${column}" end`

const target: InsertTarget = {
  table: 'tracking_tiers',
  columns: {
    seriesId: 'int',
    level: 'int',
    bucket: 'int',
    minValue: 'real',
    minStep: 'int',
    minTimestamp: 'time',
    maxValue: 'real',
    maxStep: 'int',
    maxTimestamp: 'time',
  },
  suffix: `on conflict ("seriesId", "level", "bucket") do update set ${[
    ...['minValue', 'minStep', 'minTimestamp'].map((column) => merged(isLess, column)),
    ...['maxValue', 'maxStep', 'maxTimestamp'].map((column) => merged(isMore, column)),
  ].join(', ')}`,
}

/** A stored point; `isNan` 1 means that the value is not a number. */
export interface StoredPoint {
  readonly seriesId: number
  readonly step: number
  readonly timestamp: number
  readonly value: number
  readonly isNan: number
}

interface Ends {
  readonly seriesId: number
  readonly level: number
  readonly bucket: number
  low: StoredPoint
  high: StoredPoint
}

export async function mergeTiers(tx: TypedTx<TrackingTables>, points: readonly StoredPoint[]): Promise<void> {
  const buckets = new Map<string, Ends>()
  for (const point of points) {
    if (point.isNan === 1) continue
    for (const [level, width] of tierWidths.entries()) {
      if (point.step < firstStep(width)) break
      addTo(buckets, point, level, Math.floor(point.step / width))
    }
  }
  const rows = [...buckets.values()].map(({ seriesId, level, bucket, low, high }): SqlValue[] => [
    seriesId,
    level,
    bucket,
    low.value,
    low.step,
    low.timestamp,
    high.value,
    high.step,
    high.timestamp,
  ])
  for (const query of tx.dialect.insertMany(target, rows)) await tx.query.executeQuery(query)
}

function addTo(buckets: Map<string, Ends>, point: StoredPoint, level: number, bucket: number): void {
  const key = `${point.seriesId} ${level} ${bucket}`
  const own = buckets.get(key)
  if (own === undefined) {
    buckets.set(key, { seriesId: point.seriesId, level, bucket, low: point, high: point })
    return
  }
  if (point.value < own.low.value || (point.value === own.low.value && point.step < own.low.step)) own.low = point
  if (point.value > own.high.value || (point.value === own.high.value && point.step < own.high.step)) own.high = point
}

export interface TierQuery {
  readonly seriesId: number
  readonly from: number
  readonly to: number
  /** Steps per point of the chart: buckets more than twice as wide are too coarse. */
  readonly width: number
}

/** Reads the points of steps that no tier covers. */
export type ReadRaw = (from: number, to: number) => Promise<MetricPoint[]>

/** The extremes between two steps from the coarsest buckets that are fine enough, in order of step within each part. */
export async function readTiers(db: Kysely<TrackingTables>, query: TierQuery, raw: ReadRaw): Promise<MetricPoint[]> {
  const level = tierWidths.findLastIndex((width) => width <= 2 * query.width)
  return readLevel(query.from, query.to, level)

  /** Whole buckets from this level, what sticks out at either end from the level below. */
  async function readLevel(from: number, to: number, at: number): Promise<MetricPoint[]> {
    if (from > to) return []
    const width = tierWidths[at]
    if (width === undefined) return raw(from, to)
    const start = Math.max(Math.ceil(from / width) * width, firstStep(width))
    const end = Math.floor((to + 1) / width) * width
    if (start >= end) return readLevel(from, to, at - 1)
    return [
      ...(await readLevel(from, start - 1, at - 1)),
      ...(await readBuckets(db, query.seriesId, at, start / width, end / width - 1)),
      ...(await readLevel(end, to, at - 1)),
    ]
  }
}

async function readBuckets(
  db: Kysely<TrackingTables>,
  seriesId: number,
  level: number,
  first: number,
  last: number,
): Promise<MetricPoint[]> {
  const rows = await db
    .selectFrom('tracking_tiers')
    .selectAll()
    .where('seriesId', '=', seriesId)
    .where('level', '=', level)
    .where(sql<boolean>`"bucket" between ${first} and ${last}`)
    .orderBy('bucket')
    .execute()
  return rows.flatMap((row): MetricPoint[] => {
    const low = { value: toMetricValue(row.minValue), step: row.minStep, timestamp: row.minTimestamp }
    const high = { value: toMetricValue(row.maxValue), step: row.maxStep, timestamp: row.maxTimestamp }
    if (low.step === high.step && low.timestamp === high.timestamp) return [low]
    return low.step <= high.step ? [low, high] : [high, low]
  })
}
