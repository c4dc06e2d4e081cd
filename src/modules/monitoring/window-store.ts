import type { Kysely, Selectable } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { FeatureDrift, QualityResult, WindowEvaluation, WindowState } from './model.ts'
import type { MonitoringTables } from './tables.ts'

type Db = Kysely<MonitoringTables>
type Row = Selectable<MonitoringTables['monitoring_windows']>

/** A window with its place in the series of its monitor and model version. */
export interface WindowRecord extends Omit<WindowEvaluation, 'monitor'> {
  readonly position: number
  readonly nextPosition: number
  /** Counts up whenever labels come for the window; above judgedMark it waits to be judged again. */
  readonly labelMark: number
  readonly judgedMark: number
}

/** Answers false when the window was evaluated before, here or by another server. */
export async function insertWindow(db: Db, window: WindowRecord): Promise<boolean> {
  const result = await db
    .insertInto('monitoring_windows')
    .values(toRow(window))
    .onConflict((conflict) => conflict.columns(['monitorId', 'modelVersionId', 'position']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** Writes the next revision of a window; false when somebody else was faster. Marks that came meanwhile stay. */
export async function reviseWindow(db: Db, window: WindowRecord): Promise<boolean> {
  const { id: _id, labelMark: _mark, ...row } = toRow(window)
  const result = await db
    .updateTable('monitoring_windows')
    .set(row)
    .where('id', '=', window.id)
    .where('revision', '=', window.revision - 1)
    .executeTakeFirst()
  return Number(result.numUpdatedRows) > 0
}

export async function findWindow(db: Db, id: string): Promise<WindowRecord | undefined> {
  const row = await db.selectFrom('monitoring_windows').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toWindow(row)
}

/** Newest first. */
export function listWindows(db: Db, query: PageQuery & { readonly monitorId: string }): Promise<Page<WindowRecord>> {
  const windows = db.selectFrom('monitoring_windows').selectAll().where('monitorId', '=', query.monitorId)
  return readPage(windows, { id: 'desc' }, query, toWindow)
}

export interface Series {
  readonly monitorId: string
  readonly modelVersionId: string
}

/** The newest windows with enough data that start at or after `fromPosition`, newest first. */
export async function latestSufficient(
  db: Db,
  series: Series,
  query: { readonly fromPosition: number; readonly limit: number },
): Promise<WindowRecord[]> {
  const rows = await inSeries(db, series)
    .where('state', '!=', 'insufficient')
    .where('position', '>=', query.fromPosition)
    .orderBy('position', 'desc')
    .limit(query.limit)
    .execute()
  return rows.map(toWindow)
}

/** Where the series goes on; undefined before its first window. */
export async function seriesEnd(db: Db, series: Series): Promise<number | undefined> {
  const row = await inSeries(db, series).orderBy('position', 'desc').limit(1).executeTakeFirst()
  return row?.nextPosition
}

/** Notes that labels came for predictions of this time; answers the monitors whose windows wait for a look. */
export async function markLabeled(
  db: Db,
  labels: { readonly deployment: string; readonly from: number; readonly to: number },
): Promise<string[]> {
  const rows = await db
    .updateTable('monitoring_windows')
    .set((set) => ({ labelMark: set('labelMark', '+', 1) }))
    .where('deployment', '=', labels.deployment)
    .where('fromAt', '<=', labels.to)
    .where('toAt', '>', labels.from)
    .where('isQuality', '=', 1)
    .returning('monitorId')
    .execute()
  return [...new Set(rows.map((row) => row.monitorId))]
}

/** Windows whose labels changed since they were judged, oldest first: alerts see them in the order they happened. */
export async function listStale(db: Db, monitorId: string): Promise<WindowRecord[]> {
  const rows = await db
    .selectFrom('monitoring_windows')
    .selectAll()
    .where('monitorId', '=', monitorId)
    .whereRef('labelMark', '>', 'judgedMark')
    .orderBy('id')
    .execute()
  return rows.map(toWindow)
}

/** The window was judged with the labels there were at this mark, and nothing changed. */
export async function setJudged(db: Db, id: string, mark: number): Promise<void> {
  await db
    .updateTable('monitoring_windows')
    .set({ judgedMark: mark })
    .where('id', '=', id)
    .where('judgedMark', '<', mark)
    .execute()
}

/** The first window of a series that had enough labels for its metric. */
export async function firstSufficient(db: Db, series: Series): Promise<WindowRecord | undefined> {
  const row = await inSeries(db, series)
    .where('state', '!=', 'insufficient')
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : toWindow(row)
}

function inSeries(db: Db, series: Series) {
  return db
    .selectFrom('monitoring_windows')
    .selectAll()
    .where('monitorId', '=', series.monitorId)
    .where('modelVersionId', '=', series.modelVersionId)
}

function toRow(window: WindowRecord): Row {
  return {
    id: window.id,
    monitorId: window.monitorId,
    deployment: window.deployment,
    modelVersionId: window.modelVersionId,
    baselineId: window.baselineId ?? null,
    position: window.position,
    nextPosition: window.nextPosition,
    labeledCount: window.quality?.labeledRows ?? 0,
    labelMark: window.labelMark,
    judgedMark: window.judgedMark,
    isQuality: window.quality === undefined ? 0 : 1,
    fromAt: window.from,
    toAt: window.to,
    rowCount: window.rows,
    state: window.state,
    summary: window.summary,
    driftedFeatures: JSON.stringify(window.driftedFeatures),
    result: JSON.stringify({ features: window.features, quality: window.quality }),
    revision: window.revision,
    evaluatedAt: window.evaluatedAt,
  }
}

function toWindow(row: Row): WindowRecord {
  const result = JSON.parse(row.result) as { features: FeatureDrift[]; quality?: QualityResult }
  return {
    id: row.id,
    monitorId: row.monitorId,
    deployment: row.deployment,
    modelVersionId: row.modelVersionId,
    ...(row.baselineId === null ? {} : { baselineId: row.baselineId }),
    position: row.position,
    nextPosition: row.nextPosition,
    labelMark: row.labelMark,
    judgedMark: row.judgedMark,
    from: row.fromAt,
    to: row.toAt,
    rows: row.rowCount,
    state: row.state as WindowState,
    summary: row.summary,
    driftedFeatures: JSON.parse(row.driftedFeatures) as string[],
    features: result.features,
    ...(result.quality === undefined ? {} : { quality: result.quality }),
    revision: row.revision,
    evaluatedAt: row.evaluatedAt,
  }
}
