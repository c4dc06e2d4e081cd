import { type Kysely, sql } from 'kysely'
import type { Model } from './model.ts'
import type { RegistryTables } from './tables.ts'

export type ModelRow = RegistryTables['registry_models']
type Db = Kysely<RegistryTables>

/** By name or id. */
export function findModelRow(db: Db, ref: string): Promise<ModelRow | undefined> {
  return db
    .selectFrom('registry_models')
    .selectAll()
    .where((where) => where.or([where('name', '=', ref), where('id', '=', ref)]))
    .executeTakeFirst()
}

/** False when the name is taken. */
export async function insertModel(db: Db, row: ModelRow): Promise<boolean> {
  const result = await db
    .insertInto('registry_models')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Also locks the row on PostgreSQL, so that writers of one model take turns. */
export async function updateModelRow(db: Db, id: string, changes: Partial<ModelRow>): Promise<void> {
  await db.updateTable('registry_models').set(changes).where('id', '=', id).execute()
}

export async function takeVersionNumber(db: Db, modelId: string): Promise<number> {
  const row = await db
    .updateTable('registry_models')
    .set({ lastVersion: sql<number>`"lastVersion" + 1` })
    .where('id', '=', modelId)
    .returning('lastVersion')
    .executeTakeFirstOrThrow()
  return row.lastVersion
}

/** Rows as entities, with their tags and aliases. */
export async function toModels(db: Db, rows: readonly ModelRow[]): Promise<Model[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const models = rows.map((row): Model => ({ ...pick(row), tags: {}, aliases: {} }))
  const byId = new Map(models.map((model) => [model.id, model]))
  for (const tag of await db.selectFrom('registry_model_tags').selectAll().where('modelId', 'in', ids).execute()) {
    const model = byId.get(tag.modelId)
    if (model !== undefined) model.tags[tag.key] = tag.value
  }
  const aliases = await db
    .selectFrom('registry_aliases as a')
    .innerJoin('registry_versions as v', 'v.id', 'a.versionId')
    .select(['a.modelId', 'a.alias', 'v.version'])
    .where('a.modelId', 'in', ids)
    .orderBy('a.alias')
    .execute()
  for (const { modelId, alias, version } of aliases) {
    const model = byId.get(modelId)
    if (model !== undefined) model.aliases[alias] = version
  }
  return models
}

function pick(row: ModelRow): Omit<Model, 'tags' | 'aliases'> {
  const { id, name, description, lastVersion, createdAt, updatedAt } = row
  return { id, name, description, lastVersion, createdAt, updatedAt }
}

type TagTable = 'registry_model_tags' | 'registry_version_tags'
const ownerColumns = { registry_model_tags: 'modelId', registry_version_tags: 'versionId' } as const

/** Merges tags into those of a model or a version; null removes one. */
export async function mergeTags(
  db: Db,
  table: TagTable,
  ownerId: string,
  tags: Readonly<Record<string, string | null>>,
): Promise<void> {
  const owner = sql.ref(ownerColumns[table])
  for (const [key, value] of Object.entries(tags)) {
    const statement =
      value === null
        ? sql`delete from ${sql.table(table)} where ${owner} = ${ownerId} and "key" = ${key}`
        : sql`insert into ${sql.table(table)} (${owner}, "key", "value") values (${ownerId}, ${key}, ${value})
            on conflict (${owner}, "key") do update set "value" = excluded."value"`
    await statement.execute(db)
  }
}

/** The model with everything that belongs to it; the audit of its aliases stays under its id. */
export async function deleteModelRows(db: Db, modelId: string): Promise<void> {
  const versions = db.selectFrom('registry_versions').select('id').where('modelId', '=', modelId)
  await db.deleteFrom('registry_aliases').where('modelId', '=', modelId).execute()
  await db.deleteFrom('registry_approvals').where('modelId', '=', modelId).execute()
  await db.deleteFrom('registry_version_tags').where('versionId', 'in', versions).execute()
  await db.deleteFrom('registry_version_files').where('versionId', 'in', versions).execute()
  await db.deleteFrom('registry_version_components').where('versionId', 'in', versions).execute()
  await db.deleteFrom('registry_versions').where('modelId', '=', modelId).execute()
  await db.deleteFrom('registry_model_tags').where('modelId', '=', modelId).execute()
  await db.deleteFrom('registry_models').where('id', '=', modelId).execute()
}
