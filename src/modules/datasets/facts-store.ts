import type { Kysely } from 'kysely'
import type { DatasetTables, TableFactsRow } from './tables.ts'

/** SQL about what analytics found in manifests. Rows are facts about content: the first one stays. */
type Db = Kysely<DatasetTables>

export interface TableKey {
  readonly manifest: string
  /** A file's path, or empty for all tables of the manifest together. */
  readonly path: string
}

export function selectTableFacts(db: Db, { manifest, path }: TableKey): Promise<TableFactsRow | undefined> {
  return db
    .selectFrom('datasets_tableFacts')
    .selectAll()
    .where('manifest', '=', manifest)
    .where('path', '=', path)
    .executeTakeFirst()
}

export async function insertTableFacts(db: Db, row: TableFactsRow): Promise<void> {
  await db
    .insertInto('datasets_tableFacts')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function selectProfile(db: Db, { manifest, path }: TableKey): Promise<string | undefined> {
  const row = await db
    .selectFrom('datasets_profiles')
    .select('profile')
    .where('manifest', '=', manifest)
    .where('path', '=', path)
    .executeTakeFirst()
  return row?.profile
}

export async function insertProfile(db: Db, key: TableKey, profile: string): Promise<void> {
  await db
    .insertInto('datasets_profiles')
    .values({ ...key, profile })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
