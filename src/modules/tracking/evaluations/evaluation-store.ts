import { type Kysely, sql } from 'kysely'
import type { TrackingTables } from '../tables.ts'
import type { EvaluationRecord, EvaluationSet } from './evaluation-set.ts'

type Db = Kysely<TrackingTables>
export type SetRow = TrackingTables['tracking_evaluation_sets']
export type RecordRow = TrackingTables['tracking_evaluation_records']

export function findSetRow(db: Db, id: string): Promise<SetRow | undefined> {
  return db.selectFrom('tracking_evaluation_sets').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertSetRow(db: Db, row: SetRow): Promise<void> {
  await db.insertInto('tracking_evaluation_sets').values(row).execute()
}

export async function updateSetRow(db: Db, id: string, changes: Partial<SetRow>): Promise<void> {
  await db.updateTable('tracking_evaluation_sets').set(changes).where('id', '=', id).execute()
}

export async function deleteSetRows(db: Db, id: string): Promise<void> {
  for (const table of ['records', 'tags', 'experiments'] as const) {
    await db.deleteFrom(`tracking_evaluation_${table}`).where('setId', '=', id).execute()
  }
  await db.deleteFrom('tracking_evaluation_sets').where('id', '=', id).execute()
}

/** Sets tags; null removes one. */
export async function putSetTags(db: Db, setId: string, tags: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [key, value] of Object.entries(tags)) {
    if (value === null) {
      await db.deleteFrom('tracking_evaluation_tags').where('setId', '=', setId).where('key', '=', key).execute()
      continue
    }
    await db
      .insertInto('tracking_evaluation_tags')
      .values({ setId, key, value })
      .onConflict((conflict) => conflict.columns(['setId', 'key']).doUpdateSet({ value }))
      .execute()
  }
}

export async function addExperiments(db: Db, setId: string, experimentIds: readonly string[]): Promise<void> {
  for (const experimentId of experimentIds) {
    await db
      .insertInto('tracking_evaluation_experiments')
      .values({ setId, experimentId })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

export async function removeExperiments(db: Db, setId: string, experimentIds: readonly string[]): Promise<void> {
  if (experimentIds.length === 0) return
  await db
    .deleteFrom('tracking_evaluation_experiments')
    .where('setId', '=', setId)
    .where('experimentId', 'in', experimentIds)
    .execute()
}

export function findRecordRow(db: Db, setId: string, digest: string): Promise<RecordRow | undefined> {
  return db
    .selectFrom('tracking_evaluation_records')
    .selectAll()
    .where('setId', '=', setId)
    .where('digest', '=', digest)
    .executeTakeFirst()
}

export async function upsertRecordRow(db: Db, row: RecordRow): Promise<void> {
  const { setId: _set, id: _id, digest: _digest, ...changes } = row
  await db
    .insertInto('tracking_evaluation_records')
    .values(row)
    .onConflict((conflict) => conflict.columns(['setId', 'digest']).doUpdateSet(changes))
    .execute()
}

export async function deleteRecordRows(db: Db, setId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { numDeletedRows } = await db
    .deleteFrom('tracking_evaluation_records')
    .where('setId', '=', setId)
    .where('id', 'in', ids)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Rows as entities, with tags, experiments and how many cases there are. */
export async function toSets(db: Db, rows: readonly SetRow[]): Promise<EvaluationSet[]> {
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return []
  const tags = await db.selectFrom('tracking_evaluation_tags').selectAll().where('setId', 'in', ids).execute()
  const links = await db.selectFrom('tracking_evaluation_experiments').selectAll().where('setId', 'in', ids).execute()
  const { rows: counts } = await sql<{ setId: string; count: number }>`select "setId", count(*) as "count"
    from tracking_evaluation_records where "setId" in (${sql.join(ids)}) group by "setId"`.execute(db)
  return rows.map(({ id, name, createdAt, updatedAt, fields, createdBy, updatedBy }) => ({
    id,
    name,
    createdAt,
    updatedAt,
    fields: fields === null ? undefined : JSON.parse(fields),
    tags: Object.fromEntries(tags.filter((tag) => tag.setId === id).map(({ key, value }) => [key, value])),
    experimentIds: links.filter((link) => link.setId === id).map((link) => link.experimentId),
    recordCount: Number(counts.find((one) => one.setId === id)?.count ?? 0),
    ...(createdBy === null ? {} : { createdBy }),
    ...(updatedBy === null ? {} : { updatedBy }),
  }))
}

export function toRecord(row: RecordRow): EvaluationRecord {
  const parsed = (['outputs', 'expectations', 'tags', 'source'] as const).flatMap((name) => {
    const text = row[name]
    return text === null ? [] : [[name, JSON.parse(text)]]
  })
  return {
    id: row.id,
    inputs: JSON.parse(row.inputs),
    ...Object.fromEntries(parsed),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.createdBy === null ? {} : { createdBy: row.createdBy }),
    ...(row.updatedBy === null ? {} : { updatedBy: row.updatedBy }),
  }
}
