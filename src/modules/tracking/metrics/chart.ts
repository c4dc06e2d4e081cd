import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { TrackingTables } from '../tables.ts'
import { findSeries, type PointRow, toPoint } from './history-store.ts'
import type { ChartQuery, MetricPoint } from './metric.ts'
import { readTiers } from './tier-store.ts'

type Db = Kysely<TrackingTables>

// Points that are thinned here rather than in SQL: reading so many takes about 8 ms.
const maxRead = 10_000

/**
 * Thins a series for a chart: cuts its steps into buckets of equal width and keeps of each the first point with the
 * smallest value and the first with the largest. Few points are answered as they are. Beyond some thousand steps the
 * tiers are read instead of the points, so the cost does not grow with the series.
 */
export async function readChart(db: Db, query: ChartQuery): Promise<MetricPoint[]> {
  const seriesId = await findSeries(db, query.runId, query.key)
  if (seriesId === undefined) return []
  const { points = 500, fromStep = Number.MIN_SAFE_INTEGER, toStep = Number.MAX_SAFE_INTEGER } = query
  const whole = scopeOf(seriesId, fromStep, toStep)
  if ((await countUpTo(db, whole, points + 1)) <= points) return readAll(db, whole)
  const { from, to } = await boundsOf(db, whole)
  const width = Math.ceil((to - from + 1) / Math.max(1, Math.floor(points / 2)))
  const found = await readTiers(db, { seriesId, from, to, width }, async (low, high) => {
    const part = scopeOf(seriesId, low, high)
    // Few steps may have many points: a client that gives none logs all of them at step 0.
    if ((await countUpTo(db, part, maxRead)) < maxRead) return readAll(db, part)
    return (await extremes(part, from, width).execute(db)).rows.map(toPoint)
  })
  return thin(found, from, width)
}

type Scope = RawBuilder<unknown>

function scopeOf(seriesId: number, from: number, to: number): Scope {
  return sql`"seriesId" = ${seriesId} and "step" between ${from} and ${to}`
}

/** Two seeks in the primary key; both in one aggregate would read the whole series. */
async function boundsOf(db: Db, scope: Scope): Promise<{ from: number; to: number }> {
  const { rows } = await sql<{ from: number; to: number }>`select
    (select min("step") from tracking_points where ${scope}) as "from",
    (select max("step") from tracking_points where ${scope}) as "to"`.execute(db)
  return rows[0] ?? { from: 0, to: 0 }
}

async function countUpTo(db: Db, scope: Scope, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as "count" from (
    select 1 from tracking_points where ${scope} limit ${limit}) counted`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

async function readAll(db: Db, scope: Scope): Promise<MetricPoint[]> {
  const { rows } = await sql<PointRow>`select "step", "timestamp", "value", "isNan" from tracking_points where ${scope}
    order by "step", "timestamp", "value", "isNan"`.execute(db)
  return rows.map(toPoint)
}

function extremes(scope: Scope, low: number, width: number) {
  return sql<PointRow>`
    with bucketed as (
      select ("step" - ${sql.lit(low)}) / ${sql.lit(width)} as bucket, "step", "timestamp", "value", "isNan"
      from tracking_points where ${scope}
    ), ends as (
      select bucket, min(case when "isNan" = 0 then "value" end) as low, max(case when "isNan" = 0 then "value" end) as high
      from bucketed group by bucket
    )
    select min(b."step") as "step", min(b."timestamp") as "timestamp", b."value", b."isNan"
    from bucketed b join ends e on e.bucket = b.bucket
    where b."isNan" = 1 or b."value" = e.low or b."value" = e.high
    group by b.bucket, b."value", b."isNan"
    order by 1, 2, 3`
}

/** Of each bucket the first smallest and the first largest point, and a NaN when it has nothing else. */
function thin(points: readonly MetricPoint[], from: number, width: number): MetricPoint[] {
  const buckets = new Map<number, { low: MetricPoint; high: MetricPoint }>()
  for (const point of points) {
    const bucket = Math.floor((point.step - from) / width)
    const own = buckets.get(bucket)
    if (own === undefined || own.low.value === 'NaN') buckets.set(bucket, { low: point, high: point })
    else if (point.value !== 'NaN') {
      if (Number(point.value) < Number(own.low.value)) own.low = point
      if (Number(point.value) > Number(own.high.value)) own.high = point
    }
  }
  return [...buckets.values()]
    .flatMap(({ low, high }) => (low === high ? [low] : [low, high]))
    .sort((a, b) => a.step - b.step || a.timestamp - b.timestamp)
}
