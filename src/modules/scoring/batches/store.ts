import type { Kysely } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { ScoringTables } from '../tables.ts'
import type { Batch } from './model.ts'
import type { BatchPartRow, BatchRow } from './tables.ts'

type Db = Kysely<ScoringTables>

export type StoredBatch = Omit<Batch, 'doneCount' | 'failedCount'> & { readonly digest: string }

export async function findBatch(db: Db, id: string): Promise<StoredBatch | undefined> {
  const row = await db.selectFrom('serving_batches').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toBatch(row)
}

/** Newest first. */
export async function listBatches(
  db: Db,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<StoredBatch>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_batches')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toBatch) }
}

export async function insertBatch(db: Db, batch: StoredBatch): Promise<void> {
  const { outputVersionId = null, problem = null, endedAt = null } = batch
  await db
    .insertInto('serving_batches')
    .values({ ...batch, outputVersionId, problem, endedAt })
    .execute()
}

/** False when it has ended already. */
export async function endBatch(
  db: Db,
  id: string,
  end: Pick<Batch, 'state' | 'outputVersionId' | 'problem'> & { readonly endedAt: number },
): Promise<boolean> {
  const { outputVersionId = null, problem = null } = end
  const result = await db
    .updateTable('serving_batches')
    .set({ ...end, outputVersionId, problem })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

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

function toBatch(row: BatchRow): StoredBatch {
  return {
    ...row,
    state: row.state as Batch['state'],
    outputVersionId: row.outputVersionId ?? undefined,
    problem: row.problem ?? undefined,
    endedAt: row.endedAt ?? undefined,
  }
}
