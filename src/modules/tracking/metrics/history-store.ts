import type { Kysely } from 'kysely'
import type { Page } from '../../../kernel/paging.ts'
import { readPage } from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { HistoryQuery } from './metric.ts'
import { type MetricPoint, toMetricValue } from './metric.ts'

type Db = Kysely<TrackingTables>
export type PointRow = Omit<TrackingTables['tracking_points'], 'seriesId'>

export const toPoint = (row: PointRow): MetricPoint => ({
  value: row.isNan === 1 ? 'NaN' : toMetricValue(row.value),
  step: row.step,
  timestamp: row.timestamp,
})

export async function findSeries(db: Db, runId: string, key: string): Promise<number | undefined> {
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
  const points = db
    .selectFrom('tracking_points')
    .select(['step', 'timestamp', 'value', 'isNan'])
    .where('seriesId', '=', series)
  return readPage(points, { step: 'asc', timestamp: 'asc', value: 'asc', isNan: 'asc' }, query, toPoint)
}
