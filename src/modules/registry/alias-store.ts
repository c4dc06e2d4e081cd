import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { AliasMove } from './model.ts'
import type { RegistryTables } from './tables.ts'

type Db = Kysely<RegistryTables>

/** The version number an alias points at. */
export async function findAlias(db: Db, modelId: string, alias: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('registry_aliases as a')
    .innerJoin('registry_versions as v', 'v.id', 'a.versionId')
    .select('v.version')
    .where('a.modelId', '=', modelId)
    .where('a.alias', '=', alias)
    .executeTakeFirst()
  return row?.version
}

export async function putAlias(db: Db, modelId: string, alias: string, versionId: string): Promise<void> {
  await db
    .insertInto('registry_aliases')
    .values({ modelId, alias, versionId })
    .onConflict((conflict) => conflict.columns(['modelId', 'alias']).doUpdateSet({ versionId }))
    .execute()
}

export async function removeAlias(db: Db, modelId: string, alias: string): Promise<void> {
  await db.deleteFrom('registry_aliases').where('modelId', '=', modelId).where('alias', '=', alias).execute()
}

export async function insertMove(db: Db, row: RegistryTables['registry_alias_moves']): Promise<void> {
  await db.insertInto('registry_alias_moves').values(row).execute()
}

/** Newest first. */
export function listMoves(db: Db, query: PageQuery & { readonly modelId: string }): Promise<Page<AliasMove>> {
  const moves = db.selectFrom('registry_alias_moves').selectAll().where('modelId', '=', query.modelId)
  return readPage(moves, { id: 'desc' }, query, toAliasMove)
}

function toAliasMove(row: RegistryTables['registry_alias_moves']): AliasMove {
  return {
    alias: row.alias,
    ...(row.fromVersion === null ? {} : { from: row.fromVersion }),
    ...(row.toVersion === null ? {} : { to: row.toVersion }),
    reason: row.reason,
    ...(row.evidence === null ? {} : { evidence: JSON.parse(row.evidence) as AliasMove['evidence'] }),
    movedBy: row.movedBy,
    at: row.at,
  }
}
