import { type Kysely, sql } from 'kysely'
import type { Lifecycle } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { Experiment } from './experiment.ts'

type Row = TrackingTables['tracking_experiments']
type Db = Kysely<TrackingTables>

/** By id or name. */
export function findExperimentRow(db: Db, ref: string): Promise<Row | undefined> {
  return db
    .selectFrom('tracking_experiments')
    .selectAll()
    .where((where) => where.or([where('id', '=', ref), where('name', '=', ref)]))
    .orderBy(sql`case when ${sql.ref('id')} = ${ref} then 0 else 1 end`)
    .executeTakeFirst()
}

export function findExperimentByNumber(db: Db, number: number): Promise<Row | undefined> {
  return db.selectFrom('tracking_experiments').selectAll().where('number', '=', number).executeTakeFirst()
}

/** Inserts with the next number; false when the name, or by a race the number, is taken. */
export async function insertExperiment(db: Db, row: Omit<Row, 'number'>): Promise<boolean> {
  const next = sql<number>`(select coalesce(max("number") + 1, 0) from tracking_experiments)`
  const result = await db
    .insertInto('tracking_experiments')
    .values({ ...row, number: next })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function updateExperimentRow(db: Db, id: string, changes: Partial<Row>): Promise<void> {
  await db.updateTable('tracking_experiments').set(changes).where('id', '=', id).execute()
}

export async function setExperimentTags(
  db: Db,
  experimentId: string,
  tags: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const [key, value] of Object.entries(tags)) {
    if (value === null) {
      await db
        .deleteFrom('tracking_experiment_tags')
        .where('experimentId', '=', experimentId)
        .where('key', '=', key)
        .execute()
    } else {
      await db
        .insertInto('tracking_experiment_tags')
        .values({ experimentId, key, value })
        .onConflict((conflict) => conflict.columns(['experimentId', 'key']).doUpdateSet({ value }))
        .execute()
    }
  }
}

/** Rows as entities, with their tags. */
export async function withExperimentTags(db: Db, rows: readonly Row[]): Promise<Experiment[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const tags = await db.selectFrom('tracking_experiment_tags').selectAll().where('experimentId', 'in', ids).execute()
  const byId = new Map<string, Record<string, string>>(ids.map((id) => [id, {}]))
  for (const tag of tags) {
    const own = byId.get(tag.experimentId)
    if (own !== undefined) own[tag.key] = tag.value
  }
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    name: row.name,
    lifecycle: row.lifecycle as Lifecycle,
    ...(row.artifactLocation === null ? {} : { artifactLocation: row.artifactLocation }),
    tags: byId.get(row.id) ?? {},
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }))
}

export async function setRunsLifecycle(db: Db, experimentId: string, lifecycle: Lifecycle): Promise<void> {
  await db.updateTable('tracking_runs').set({ lifecycle }).where('experimentId', '=', experimentId).execute()
}
