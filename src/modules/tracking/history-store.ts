import { type Kysely, sql } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../kernel/paging.ts'
import { type MetricPoint, toMetricValue } from './model.ts'
import type { ChartQuery, HistoryQuery } from './service.ts'
import type { TrackingTables } from './tables.ts'

type Db = Kysely<TrackingTables>
type PointRow = Omit<TrackingTables['tracking_points'], 'seriesId'>

const toPoint = (row: PointRow): MetricPoint => ({
  value: row.isNan === 1 ? 'NaN' : toMetricValue(row.value),
  step: row.step,
  timestamp: row.timestamp,
})

async function findSeries(db: Db, runId: string, key: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('tracking_series')
    .select('id')
    .where('runId', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.id
}

/** Points by (step, timestamp, value): the order in which they are stored, so a page costs what it holds. */
export async function readHistory(db: Db, query: HistoryQuery): Promise<Page<MetricPoint>> {
  const series = await findSeries(db, query.runId, query.key)
  if (series === undefined) return { items: [] }
  const after = decodeCursor(query.cursor, 4)
  const rows = await db
    .selectFrom('tracking_points')
    .select(['step', 'timestamp', 'value', 'isNan'])
    .where('seriesId', '=', series)
    .$if(after !== undefined, (select) =>
      select.where(
        sql<boolean>`("step", "timestamp", "value", "isNan") > (${sql.join((after ?? []).map(fromCursor))})`,
      ),
    )
    .orderBy('step')
    .orderBy('timestamp')
    .orderBy('value')
    .orderBy('isNan')
    .limit(query.limit + 1)
    .execute()
  const page = toPage(rows, query.limit, (row) => [row.step, row.timestamp, String(row.value), row.isNan])
  return { ...page, items: page.items.map(toPoint) }
}

// Values travel as text, because JSON has no infinities.
const fromCursor = (part: string | number) => (typeof part === 'string' ? Number(part) : part)

/**
 * Thins a series in the database: cuts its steps into buckets of equal width and keeps of each the first point with the
 * smallest value, the first with the largest, and one NaN if there is any. Few points are answered as they are.
 */
export async function readChart(db: Db, query: ChartQuery): Promise<MetricPoint[]> {
  const series = await findSeries(db, query.runId, query.key)
  if (series === undefined) return []
  const { points = 500, fromStep = Number.MIN_SAFE_INTEGER, toStep = Number.MAX_SAFE_INTEGER } = query
  const scope = sql`"seriesId" = ${series} and "step" between ${fromStep} and ${toStep}`
  const bounds = await sql<{ low: number | null; high: number | null; count: number }>`
    select min("step") as low, max("step") as high, count(*) as count from tracking_points where ${scope}`.execute(db)
  const { low, high, count } = bounds.rows[0] ?? { low: null, high: null, count: 0 }
  if (low === null || high === null) return []
  const rows = count <= points ? allPoints(scope) : extremes(scope, low, bucketWidth(low, high, points))
  return (await rows.execute(db)).rows.map(toPoint)
}

function allPoints(scope: ReturnType<typeof sql>) {
  return sql<PointRow>`select "step", "timestamp", "value", "isNan" from tracking_points where ${scope}
    order by "step", "timestamp", "value"`
}

/** Whole steps per bucket, so that at most `points` points are left with two of each bucket. */
function bucketWidth(low: number, high: number, points: number): number {
  return Math.max(1, Math.ceil((high - low + 1) / Math.max(1, Math.floor(points / 2))))
}

function extremes(scope: ReturnType<typeof sql>, low: number, width: number) {
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
