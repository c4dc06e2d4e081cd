import { type Kysely, sql } from 'kysely'
import { componentsOf } from './component-store.ts'
import type { ModelFile, ModelVersion, Signature, Stage, VersionRef, VersionStatus } from './model.ts'
import type { RegistryTables } from './tables.ts'

export type VersionRow = RegistryTables['registry_versions']
/** A row with the name of its model. */
export type NamedVersionRow = VersionRow & { readonly model: string }
type Db = Kysely<RegistryTables>

const withModel = (db: Db) =>
  db
    .selectFrom('registry_versions as v')
    .innerJoin('registry_models as m', 'm.id', 'v.modelId')
    .selectAll('v')
    .select('m.name as model')

export function findVersionRow(db: Db, ref: VersionRef): Promise<NamedVersionRow | undefined> {
  if ('id' in ref) return withModel(db).where('v.id', '=', ref.id).executeTakeFirst()
  const ofModel = withModel(db).where((where) =>
    where.or([where('m.name', '=', ref.model), where('m.id', '=', ref.model)]),
  )
  if ('version' in ref) return ofModel.where('v.version', '=', ref.version).executeTakeFirst()
  if ('isLatest' in ref) return ofModel.orderBy('v.version', 'desc').limit(1).executeTakeFirst()
  return ofModel
    .innerJoin('registry_aliases as a', 'a.versionId', 'v.id')
    .where('a.alias', '=', ref.alias)
    .executeTakeFirst()
}

export function findVersionByKey(db: Db, modelId: string, key: string): Promise<NamedVersionRow | undefined> {
  return withModel(db).where('v.modelId', '=', modelId).where('v.key', '=', key).executeTakeFirst()
}

export async function insertVersion(db: Db, row: VersionRow, files: readonly ModelFile[]): Promise<void> {
  await db.insertInto('registry_versions').values(row).execute()
  for (let at = 0; at < files.length; at += 500) {
    const rows = files.slice(at, at + 500).map(({ path, digest, sizeBytes }) => {
      return { versionId: row.id, path, digest, sizeBytes }
    })
    await db.insertInto('registry_version_files').values(rows).execute()
  }
}

export async function updateVersionRow(db: Db, id: string, changes: Partial<VersionRow>): Promise<void> {
  await db.updateTable('registry_versions').set(changes).where('id', '=', id).execute()
}

export async function archiveStage(
  db: Db,
  modelId: string,
  stage: Stage,
  exceptId: string,
  now: number,
): Promise<void> {
  await db
    .updateTable('registry_versions')
    .set({ stage: 'Archived', updatedAt: now })
    .where('modelId', '=', modelId)
    .where('stage', '=', stage)
    .where('id', '!=', exceptId)
    .execute()
}

export async function deleteVersionRows(db: Db, id: string): Promise<void> {
  await db.deleteFrom('registry_aliases').where('versionId', '=', id).execute()
  await db.deleteFrom('registry_approvals').where('versionId', '=', id).execute()
  await db.deleteFrom('registry_version_tags').where('versionId', '=', id).execute()
  await db.deleteFrom('registry_version_files').where('versionId', '=', id).execute()
  await db.deleteFrom('registry_version_components').where('versionId', '=', id).execute()
  await db.deleteFrom('registry_versions').where('id', '=', id).execute()
}

/** Rows as entities, with files, tags and aliases. */
export async function toVersions(db: Db, rows: readonly NamedVersionRow[]): Promise<ModelVersion[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const versions = rows.map(toVersion)
  const byId = new Map(versions.map((version) => [version.id, version]))
  const own = <Table extends 'registry_version_tags' | 'registry_version_files' | 'registry_aliases'>(table: Table) =>
    sql<RegistryTables[Table]>`select * from ${sql.table(table)} where "versionId" in (${sql.join(ids)})
      order by ${sql.ref({ registry_version_tags: 'key', registry_version_files: 'path', registry_aliases: 'alias' }[table])}`.execute(
      db,
    )
  for (const tag of (await own('registry_version_tags')).rows) {
    const version = byId.get(tag.versionId)
    if (version !== undefined) version.tags[tag.key] = tag.value
  }
  for (const { versionId, path, digest, sizeBytes } of (await own('registry_version_files')).rows) {
    byId.get(versionId)?.files.push({ path, digest, sizeBytes })
  }
  for (const [versionId, components] of await componentsOf(db, ids)) {
    const version = byId.get(versionId)
    if (version !== undefined) version.components = components
  }
  for (const { versionId, alias } of (await own('registry_aliases')).rows) byId.get(versionId)?.aliases.push(alias)
  return versions
}

function toVersion(row: NamedVersionRow): ModelVersion {
  const optional = (key: string, value: unknown) => (value === null ? {} : { [key]: value })
  return {
    id: row.id,
    modelId: row.modelId,
    model: row.model,
    version: row.version,
    digest: row.digest,
    sizeBytes: row.sizeBytes,
    format: row.format,
    files: [],
    status: row.status as VersionStatus,
    stage: row.stage as Stage,
    description: row.description,
    ...optional('statusMessage', row.statusMessage),
    ...optional('source', row.source),
    ...optional('runId', row.runId),
    ...optional('stepRunId', row.stepRunId),
    ...optional('loggedModelId', row.loggedModelId),
    ...(row.signature === null ? {} : { signature: JSON.parse(row.signature) as Signature }),
    metadata: JSON.parse(row.metadata) as ModelVersion['metadata'],
    aliases: [],
    tags: {},
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}

/** Digests of the files of every version, for the collection of garbage. */
export async function* fileDigests(db: Db): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const rows = await db
      .selectFrom('registry_version_files')
      .select('digest')
      .distinct()
      .where('digest', '>', after)
      .orderBy('digest')
      .limit(1000)
      .execute()
    for (const row of rows) yield row.digest
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.digest
  }
}
