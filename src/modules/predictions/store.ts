import type { Kysely } from 'kysely'
import { actorOfColumn } from '../../kernel/actor.ts'
import type { Page } from '../../kernel/paging.ts'
import { type InsertTarget, readPage, type SqlValue } from '../../platform/db/index.ts'
import type { ListPredictions, Prediction, WindowQuery, WindowRow } from './model.ts'
import type { PredictionTables, PredictionTx } from './tables.ts'

type Db = Kysely<PredictionTables>

export type NewPrediction = Omit<Prediction, 'seq' | 'label'>

const windowLimit = 200_000

const target: InsertTarget = {
  table: 'serving_predictions',
  columns: {
    id: 'id',
    deployment: 'text',
    variant: 'text',
    modelVersionId: 'id',
    requestId: 'text',
    inputs: 'json',
    outputs: 'json',
    latencyUs: 'int',
    at: 'time',
    eventAt: 'time',
    unit: 'int',
  },
  suffix: 'on conflict ("id") do nothing',
}

/** Stores predictions not stored before; answers how many were new. Every prediction comes through here: no query builder. */
export async function insertPredictions(tx: PredictionTx, predictions: readonly NewPrediction[]): Promise<number> {
  let inserted = 0
  for (const query of tx.dialect.insertMany(target, predictions.map(toRow))) {
    const result = await tx.query.executeQuery(query)
    inserted += Number(result.numAffectedRows ?? 0n)
  }
  return inserted
}

function toRow(prediction: NewPrediction): SqlValue[] {
  const { id, deployment, variant, modelVersionId, requestId, inputs, outputs, latencyUs, at, eventAt, unit } =
    prediction
  const [input, output] = [JSON.stringify(inputs), JSON.stringify(outputs)]
  return [
    id,
    deployment,
    variant,
    modelVersionId,
    requestId ?? null,
    input,
    output,
    latencyUs,
    at,
    eventAt,
    unit ?? null,
  ]
}

/** Largest seq of a deployment's predictions; 0 without any. */
export async function lastSeq(db: Db, deployment: string): Promise<number> {
  const row = await db
    .selectFrom('serving_predictions')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('deployment', '=', deployment)
    .executeTakeFirst()
  return Number(row?.seq ?? 0)
}

function joined(db: Db) {
  return db
    .selectFrom('serving_predictions as p')
    .leftJoin('serving_labels as l', 'l.predictionId', 'p.id')
    .selectAll('p')
    .select(['l.value as labelValue', 'l.observedAt as labelObservedAt', 'l.recordedAt as labelRecordedAt'])
    .select('l.actor as labelActor')
}

type JoinedRow = Awaited<ReturnType<ReturnType<typeof joined>['execute']>>[number]

/** Newest first by recording. */
export function listPredictions(db: Db, query: ListPredictions): Promise<Page<Prediction>> {
  let select = joined(db)
  for (const column of ['deployment', 'variant', 'modelVersionId', 'requestId'] as const) {
    const wanted = query[column]
    if (wanted !== undefined) select = select.where(`p.${column}`, '=', wanted)
  }
  if (query.from !== undefined) select = select.where('p.eventAt', '>=', query.from)
  if (query.to !== undefined) select = select.where('p.eventAt', '<', query.to)
  if (query.labeled !== undefined)
    select = select.where('l.predictionId', query.labeled === 'true' ? 'is not' : 'is', null)
  return readPage(select, { 'p.seq': 'desc' }, query, toPrediction)
}

export async function findPrediction(db: Db, id: string): Promise<Prediction | undefined> {
  const row = await joined(db).where('p.id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toPrediction(row)
}

/** How many rows the batch with this id had. */
export async function countBatchRows(db: Db, id: string): Promise<number> {
  const row = await db
    .selectFrom('serving_predictions')
    .select((eb) => eb.fn.countAll().as('count'))
    // The range of ids that begin with `<id>.`: "/" is the character after ".".
    .where('id', '>', `${id}.`)
    .where('id', '<', `${id}/`)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Event time of a version's first prediction at or after `from`. */
export async function nextEventAt(
  db: Db,
  query: { readonly deployment: string; readonly modelVersionId: string; readonly from: number },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('serving_predictions')
    .select('eventAt')
    .where('deployment', '=', query.deployment)
    .where('modelVersionId', '=', query.modelVersionId)
    .where('eventAt', '>=', query.from)
    .orderBy('eventAt')
    .limit(1)
    .executeTakeFirst()
  return row?.eventAt
}

/** Oldest first by seq. */
export async function readWindow(db: Db, query: WindowQuery): Promise<WindowRow[]> {
  const limit = Math.min(query.lastRows ?? query.limit ?? windowLimit, query.limit ?? windowLimit, windowLimit)
  const isNewest = query.lastRows !== undefined
  let select = joined(db)
    .where('p.deployment', '=', query.deployment)
    .orderBy('p.seq', isNewest ? 'desc' : 'asc')
    .limit(limit)
  if (query.from !== undefined) select = select.where('p.eventAt', '>=', query.from)
  if (query.to !== undefined) select = select.where('p.eventAt', '<', query.to)
  if (query.afterSeq !== undefined) select = select.where('p.seq', '>', query.afterSeq)
  if (query.modelVersionId !== undefined) select = select.where('p.modelVersionId', '=', query.modelVersionId)
  if (query.variant !== undefined) select = select.where('p.variant', '=', query.variant)
  if (query.labeledOnly === true) select = select.where('l.predictionId', 'is not', null)
  const rows = (await select.execute()).map(toWindowRow)
  return isNewest ? rows.reverse() : rows
}

function toPrediction(row: JoinedRow): Prediction {
  const { labelValue, labelObservedAt, labelRecordedAt, labelActor, requestId, unit, ...rest } = row
  const label =
    labelValue === null || labelObservedAt === null || labelRecordedAt === null
      ? undefined
      : {
          value: JSON.parse(labelValue),
          observedAt: labelObservedAt,
          recordedAt: labelRecordedAt,
          actor: actorOfColumn(labelActor),
        }
  return {
    ...rest,
    seq: Number(row.seq),
    requestId: requestId ?? undefined,
    unit: unit ?? undefined,
    inputs: JSON.parse(row.inputs),
    outputs: JSON.parse(row.outputs),
    label,
  }
}

function toWindowRow(row: JoinedRow): WindowRow {
  return {
    seq: Number(row.seq),
    id: row.id,
    variant: row.variant,
    modelVersionId: row.modelVersionId,
    at: row.at,
    eventAt: row.eventAt,
    inputs: JSON.parse(row.inputs),
    outputs: JSON.parse(row.outputs),
    latencyUs: row.latencyUs,
    ...(row.unit === null ? {} : { unit: row.unit }),
    ...(row.labelValue === null ? {} : { label: JSON.parse(row.labelValue) }),
  }
}
