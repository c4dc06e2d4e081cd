import type { Kysely } from 'kysely'
import { recordStore } from '../../../platform/db/index.ts'
import type { ScoringTables } from '../tables.ts'
import type { Batch } from './model.ts'
import type { BatchPartRow } from './tables.ts'

type Db = Kysely<ScoringTables>

export type StoredBatch = Omit<Batch, 'doneCount' | 'failedCount'> & { readonly digest: string }

export const batches = recordStore<ScoringTables, 'serving_batches', StoredBatch>('serving_batches', {
  id: 'plain',
  model: 'plain',
  modelVersionId: 'plain',
  version: 'plain',
  digest: 'plain',
  inputVersionId: 'plain',
  output: 'plain',
  outputVersionId: 'plain',
  state: 'plain',
  rowCount: 'plain',
  problem: 'plain',
  startedAt: 'plain',
  endedAt: 'plain',
})

/** In the order of the input. */
export async function listParts(db: Db, batchId: string): Promise<BatchPartRow[]> {
  return db.selectFrom('serving_batch_parts').selectAll().where('batchId', '=', batchId).orderBy('number').execute()
}

/** A part that is there already stays. */
export async function insertPart(db: Db, part: BatchPartRow): Promise<void> {
  await db
    .insertInto('serving_batch_parts')
    .values(part)
    .onConflict((conflict) => conflict.columns(['batchId', 'number']).doNothing())
    .execute()
}

/** What running batches still need; of an ended one the dataset version names the files. */
export async function listPartDigests(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('serving_batch_parts as p')
    .innerJoin('serving_batches as b', 'b.id', 'p.batchId')
    .select('p.digest')
    .where('b.state', '=', 'running')
    .execute()
  return rows.map((row) => row.digest)
}

export async function countDone(db: Db, batchId: string): Promise<{ doneCount: number; failedCount: number }> {
  const row = await db
    .selectFrom('serving_batch_parts')
    .select((eb) => [eb.fn.sum('rowCount').as('done'), eb.fn.sum('failedCount').as('failed')])
    .where('batchId', '=', batchId)
    .executeTakeFirst()
  return { doneCount: Number(row?.done ?? 0), failedCount: Number(row?.failed ?? 0) }
}
