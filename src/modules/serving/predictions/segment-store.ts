import type { Kysely } from 'kysely'
import type { SegmentRow, ServingTables } from '../tables.ts'

type Db = Kysely<ServingTables>

/** How far each log file was read. */
export async function readCursors(db: Db): Promise<Map<string, number>> {
  const rows = await db.selectFrom('serving_segments').selectAll().execute()
  return new Map(rows.map((row) => [row.name, row.offset]))
}

export async function saveCursor(db: Db, cursor: SegmentRow): Promise<void> {
  await db
    .insertInto('serving_segments')
    .values(cursor)
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ offset: cursor.offset }))
    .execute()
}

export async function deleteCursors(db: Db, names: readonly string[]): Promise<void> {
  await db.deleteFrom('serving_segments').where('name', 'in', names).execute()
}
