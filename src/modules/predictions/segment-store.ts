import type { Kysely } from 'kysely'
import type { PredictionTables, SegmentRow } from './tables.ts'

type Db = Kysely<PredictionTables>

/** How far each log file of `owner` was read; an owner is empty or ends with a slash, which no file has in its name. */
export async function readCursors(db: Db, owner: string): Promise<Map<string, number>> {
  const rows = await db.selectFrom('serving_segments').selectAll().execute()
  const own = rows.filter(({ name }) => name.startsWith(owner) && !name.includes('/', owner.length))
  return new Map(own.map(({ name, offset }) => [name.slice(owner.length), offset]))
}

export async function saveCursor(db: Db, cursor: SegmentRow): Promise<void> {
  await db
    .insertInto('serving_segments')
    .values(cursor)
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ offset: cursor.offset }))
    .execute()
}

export async function deleteCursors(db: Db, owner: string, names: readonly string[]): Promise<void> {
  const rows = names.map((name) => owner + name)
  await db.deleteFrom('serving_segments').where('name', 'in', rows).execute()
}
