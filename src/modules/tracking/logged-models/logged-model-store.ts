import { type Kysely, sql } from 'kysely'
import type { TypedTx } from '../../../platform/db/index.ts'
import type { Metric } from '../metrics/batch.ts'
import { toMetricValue } from '../metrics/metric.ts'
import type { Lifecycle, Tags } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { LoggedModel, LoggedModelStatus } from './logged-model.ts'

export type LoggedModelRow = TrackingTables['tracking_models']
type Db = Kysely<TrackingTables>

export function findModelRow(db: Db, id: string): Promise<LoggedModelRow | undefined> {
  return db.selectFrom('tracking_models').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The oldest first. */
export function findModelRowsOfRun(db: Db, runId: string): Promise<LoggedModelRow[]> {
  const ofRun = db.selectFrom('tracking_models').selectAll().where('sourceRunId', '=', runId)
  return ofRun.orderBy('createdAt').orderBy('id').execute()
}

/** With their files, parameters, tags and metrics. */
export async function eraseModelRowsOfRun(db: Db, runId: string): Promise<void> {
  const models = db.selectFrom('tracking_models').select('id').where('sourceRunId', '=', runId)
  await db.deleteFrom('tracking_artifacts').where('ownerId', 'in', models).execute()
  for (const table of ['tracking_model_params', 'tracking_model_tags', 'tracking_model_metrics'] as const) {
    await db.deleteFrom(table).where('modelId', 'in', models).execute()
  }
  await db.deleteFrom('tracking_models').where('sourceRunId', '=', runId).execute()
}

export async function insertModel(db: Db, row: LoggedModelRow): Promise<void> {
  await db
    .insertInto('tracking_models')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function updateModelRow(db: Db, id: string, changes: Partial<LoggedModelRow>): Promise<void> {
  await db.updateTable('tracking_models').set(changes).where('id', '=', id).execute()
}

/** Sets params or tags of a model; null removes one. */
export async function putModelPairs(
  db: Db,
  table: 'tracking_model_params' | 'tracking_model_tags',
  modelId: string,
  pairs: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const [key, value] of Object.entries(pairs)) {
    if (value === null) {
      await db.deleteFrom(table).where('modelId', '=', modelId).where('key', '=', key).execute()
      continue
    }
    await db
      .insertInto(table)
      .values({ modelId, key, value })
      .onConflict((conflict) => conflict.columns(['modelId', 'key']).doUpdateSet({ value }))
      .execute()
  }
}

/** The metrics of a batch that say which model they measure. */
export async function insertModelMetrics(
  tx: TypedTx<TrackingTables>,
  runId: string,
  metrics: readonly Metric[],
  now: number,
): Promise<void> {
  for (const metric of metrics) {
    if (metric.modelId === undefined) continue
    const value = Number(metric.value)
    await tx.query
      .insertInto('tracking_model_metrics')
      .values({
        modelId: metric.modelId,
        key: metric.key,
        datasetName: metric.datasetName ?? '',
        datasetDigest: metric.datasetDigest ?? '',
        runId,
        step: metric.step ?? 0,
        timestamp: metric.timestamp ?? now,
        value: Number.isNaN(value) ? 0 : value,
        isNan: Number.isNaN(value) ? 1 : 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Rows as entities, with params, tags and metrics. */
export async function toLoggedModels(db: Db, rows: readonly LoggedModelRow[]): Promise<LoggedModel[]> {
  const models = rows.map(toLoggedModel)
  const byId = new Map(models.map((model) => [model.id, model]))
  const ids = [...byId.keys()]
  if (ids.length === 0) return []
  await fill(db, 'tracking_model_params', ids, (row) => addPair(byId.get(row.modelId)?.params, row))
  await fill(db, 'tracking_model_tags', ids, (row) => addPair(byId.get(row.modelId)?.tags, row))
  await fill(db, 'tracking_model_metrics', ids, (row) => {
    byId.get(row.modelId)?.metrics.push({
      key: row.key,
      value: row.isNan === 1 ? 'NaN' : toMetricValue(row.value),
      step: row.step,
      timestamp: row.timestamp,
      runId: row.runId,
      ...(row.datasetName === '' ? {} : { datasetName: row.datasetName, datasetDigest: row.datasetDigest }),
    })
  })
  return models
}

async function fill<Table extends 'tracking_model_params' | 'tracking_model_tags' | 'tracking_model_metrics'>(
  db: Db,
  table: Table,
  ids: readonly string[],
  add: (row: TrackingTables[Table]) => void,
): Promise<void> {
  const { rows } = await sql<TrackingTables[Table]>`select * from ${sql.table(table)}
    where "modelId" in (${sql.join(ids)}) order by "modelId", "key"`.execute(db)
  for (const row of rows) add(row)
}

function addPair(pairs: Tags | undefined, { key, value }: { key: string; value: string }): void {
  if (pairs !== undefined) pairs[key] = value
}

function toLoggedModel(row: LoggedModelRow): LoggedModel {
  return {
    id: row.id,
    experimentId: row.experimentId,
    name: row.name,
    ...(row.modelType === null ? {} : { modelType: row.modelType }),
    ...(row.sourceRunId === null ? {} : { sourceRunId: row.sourceRunId }),
    status: row.status as LoggedModelStatus,
    ...(row.statusMessage === null ? {} : { statusMessage: row.statusMessage }),
    lifecycle: row.lifecycle as Lifecycle,
    params: {},
    tags: {},
    metrics: [],
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}
