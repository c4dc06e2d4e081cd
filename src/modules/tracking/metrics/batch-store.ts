import type { Kysely } from 'kysely'
import type { InsertTarget, SqlValue, TypedTx } from '../../../platform/db/index.ts'
import type { Tags } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { Metric } from './batch.ts'
import { mergeTiers, type StoredPoint } from './tier-store.ts'

/**
 * The hot path of ingest: a batch is a few statements, whose texts are made once. A point that is there already
 * changes nothing, and the summary of a series depends only on the set of its points, so a batch may arrive twice.
 */

const newer =
  '(excluded."lastStep", excluded."lastTimestamp", excluded."lastValue") > (tracking_series."lastStep", tracking_series."lastTimestamp", tracking_series."lastValue")'
const latest = (column: string) =>
  `"${column}" = case when ${newer} then excluded."${column}" else tracking_series."${column}" end`
const extreme = (column: string, sign: '<' | '>') =>
  `"${column}" = case when tracking_series."${column}" is null or excluded."${column}" ${sign} tracking_series."${column}" then excluded."${column}" else tracking_series."${column}" end`

const seriesTarget: InsertTarget = {
  table: 'tracking_series',
  columns: {
    runId: 'id',
    experimentId: 'id',
    key: 'text',
    lastValue: 'real',
    lastIsNan: 'bool',
    lastStep: 'int',
    lastTimestamp: 'time',
    minValue: 'real',
    maxValue: 'real',
  },
  suffix: `on conflict ("runId", "key") do update set ${['lastValue', 'lastIsNan', 'lastStep', 'lastTimestamp']
    .map(latest)
    .join(', ')}, ${extreme('minValue', '<')}, ${extreme('maxValue', '>')} returning "id", "key"`,
}

const pointTarget: InsertTarget = {
  table: 'tracking_points',
  columns: { seriesId: 'int', step: 'int', timestamp: 'time', value: 'real', isNan: 'bool' },
  suffix: 'on conflict do nothing',
}

const pairColumns = { runId: 'id', key: 'text', value: 'text' } as const
const paramTarget: InsertTarget = { table: 'tracking_params', columns: pairColumns, suffix: 'on conflict do nothing' }
const tagTarget: InsertTarget = {
  table: 'tracking_tags',
  columns: pairColumns,
  suffix: 'on conflict ("runId", "key") do update set "value" = excluded."value"',
}

type StoreTx = TypedTx<TrackingTables>

/** A series as the batch leaves it, before it is merged with what is stored. */
interface Summary {
  key: string
  lastValue: number
  lastIsNan: number
  lastStep: number
  lastTimestamp: number
  minValue: number | null
  maxValue: number | null
}

interface Point {
  readonly key: string
  readonly step: number
  readonly timestamp: number
  readonly value: number
  readonly isNan: number
}

export async function insertMetrics(
  tx: StoreTx,
  run: { readonly id: string; readonly experimentId: string },
  metrics: readonly Metric[],
  now: number,
): Promise<void> {
  const points = metrics.map((metric) => toPoint(metric, now))
  const summaries = summarize(points)
  // In the order of the keys, so that two batches into one run lock rows in the same order.
  const sorted = [...summaries.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  const seriesRows = sorted.map((one): SqlValue[] => [
    run.id,
    run.experimentId,
    one.key,
    one.lastValue,
    one.lastIsNan,
    one.lastStep,
    one.lastTimestamp,
    one.minValue,
    one.maxValue,
  ])
  const ids = new Map<string, number>()
  for (const query of tx.dialect.insertMany(seriesTarget, seriesRows)) {
    const result = await tx.query.executeQuery(query)
    for (const row of result.rows as { id: number; key: string }[]) ids.set(row.key, row.id)
  }
  const stored = points.map((point): StoredPoint => ({ ...point, seriesId: ids.get(point.key) ?? 0 }))
  const pointRows = stored.map(({ seriesId, step, timestamp, value, isNan }): SqlValue[] => {
    return [seriesId, step, timestamp, value, isNan]
  })
  for (const query of tx.dialect.insertMany(pointTarget, pointRows)) await tx.query.executeQuery(query)
  await mergeTiers(tx, stored)
}

function toPoint(metric: Metric, now: number): Point {
  const value = Number(metric.value)
  const isNan = Number.isNaN(value)
  return {
    key: metric.key,
    step: metric.step ?? 0,
    timestamp: metric.timestamp ?? now,
    value: isNan ? 0 : value,
    isNan: isNan ? 1 : 0,
  }
}

function summarize(points: readonly Point[]): Map<string, Summary> {
  const summaries = new Map<string, Summary>()
  for (const point of points) {
    const own = summaries.get(point.key)
    if (own === undefined) summaries.set(point.key, firstSummary(point))
    else addPoint(own, point)
  }
  return summaries
}

function firstSummary(point: Point): Summary {
  const number = point.isNan === 1 ? null : point.value
  return {
    key: point.key,
    lastValue: point.value,
    lastIsNan: point.isNan,
    lastStep: point.step,
    lastTimestamp: point.timestamp,
    minValue: number,
    maxValue: number,
  }
}

function addPoint(own: Summary, point: Point): void {
  const difference =
    point.step - own.lastStep || point.timestamp - own.lastTimestamp || (point.value > own.lastValue ? 1 : -1)
  if (difference > 0) {
    own.lastValue = point.value
    own.lastIsNan = point.isNan
    own.lastStep = point.step
    own.lastTimestamp = point.timestamp
  }
  if (point.isNan === 1) return
  own.minValue = own.minValue === null ? point.value : Math.min(own.minValue, point.value)
  own.maxValue = own.maxValue === null ? point.value : Math.max(own.maxValue, point.value)
}

export async function insertTags(tx: StoreTx, runId: string, tags: Tags): Promise<void> {
  for (const query of tx.dialect.insertMany(tagTarget, pairRows(runId, tags))) await tx.query.executeQuery(query)
}

/** Writes the params that are new; answers the stored values of all of these keys. */
export async function insertParams(tx: StoreTx, runId: string, params: Tags): Promise<Map<string, string>> {
  for (const query of tx.dialect.insertMany(paramTarget, pairRows(runId, params))) await tx.query.executeQuery(query)
  return readParams(tx.query, runId, Object.keys(params))
}

async function readParams(
  db: Kysely<TrackingTables>,
  runId: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('tracking_params')
    .select(['key', 'value'])
    .where('runId', '=', runId)
    .where('key', 'in', keys)
    .execute()
  return new Map(rows.map((row) => [row.key, row.value]))
}

function pairRows(runId: string, pairs: Tags): SqlValue[][] {
  return Object.entries(pairs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [runId, key, value])
}
