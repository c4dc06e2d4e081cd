import { type Kysely, sql } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { DatasetFile } from './model.ts'
import type { DatasetRow, DatasetTables, FileRow, VersionRow } from './tables.ts'

/** All SQL about datasets and their versions. `db` is a transaction where a function writes. */
type Db = Kysely<DatasetTables>

export type DatasetSummaryRow = DatasetRow & { readonly latestVersion: number | null; readonly versionCount: number }
/** With the dataset's name, and what analytics found once it looked. */
export type NamedVersionRow = VersionRow & {
  readonly dataset: string
  readonly rowCount: number | null
  readonly columns: string | null
}

const selectDatasets = (db: Db) =>
  db
    .selectFrom('datasets_datasets as dataset')
    .leftJoin('datasets_versions as version', (join) =>
      join.onRef('version.datasetId', '=', 'dataset.id').on('version.deletedAt', 'is', null),
    )
    .where('dataset.deletedAt', 'is', null)
    .groupBy('dataset.id')
    .selectAll('dataset')
    .select(({ fn }) => [
      fn.max('version.version').as('latestVersion'),
      fn.count<number>('version.id').as('versionCount'),
    ])

/** Answers false when there is a dataset of that name already. */
export async function insertDataset(db: Db, row: DatasetRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('datasets_datasets')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export function selectDatasetPage(
  db: Db,
  query: PageQuery & { readonly search?: string | undefined },
): Promise<Page<DatasetSummaryRow>> {
  const { search } = query
  const all = selectDatasets(db)
  const lowerName = sql`lower(${sql.ref('dataset.name')})`
  const found = search === undefined ? all : all.where(sql<boolean>`${lowerName} like ${contains(search)} escape '!'`)
  return readPage(found, { 'dataset.name': 'asc' }, query)
}

/** By name or id. */
export function selectDataset(db: Db, dataset: string): Promise<DatasetSummaryRow | undefined> {
  return selectDatasets(db)
    .where(dataset.startsWith('dst_') ? 'dataset.id' : 'dataset.name', '=', dataset)
    .executeTakeFirst()
}

/** The dataset's row, locked against another writer until the transaction ends. */
export function lockDataset(db: Db, dataset: string): Promise<DatasetRow | undefined> {
  return db
    .updateTable('datasets_datasets')
    .set(({ ref }) => ({ lastVersion: ref('lastVersion') }))
    .where(dataset.startsWith('dst_') ? 'id' : 'name', '=', dataset)
    .where('deletedAt', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export async function updateDataset(db: Db, id: string, changes: Partial<DatasetRow>): Promise<void> {
  await db.updateTable('datasets_datasets').set(changes).where('id', '=', id).execute()
}

export async function insertVersion(db: Db, row: VersionRow): Promise<void> {
  await db.insertInto('datasets_versions').values(row).execute()
}

const selectVersions = (db: Db) =>
  db
    .selectFrom('datasets_versions as version')
    .innerJoin('datasets_datasets as dataset', 'dataset.id', 'version.datasetId')
    .leftJoin('datasets_tableFacts as facts', (join) =>
      join.onRef('facts.manifest', '=', 'version.manifest').on('facts.path', '=', '').on('facts.problem', 'is', null),
    )
    .selectAll('version')
    .select(['dataset.name as dataset', 'facts.rowCount', 'facts.columns'])

/** Deleted ones too: the caller says so. */
export function selectVersionById(db: Db, id: string): Promise<NamedVersionRow | undefined> {
  return selectVersions(db).where('version.id', '=', id).executeTakeFirst()
}

export function selectVersionByNumber(
  db: Db,
  datasetId: string,
  version: number,
): Promise<NamedVersionRow | undefined> {
  return selectVersions(db)
    .where('version.datasetId', '=', datasetId)
    .where('version.version', '=', version)
    .executeTakeFirst()
}

/** Newest first. */
export function selectVersionPage(
  db: Db,
  query: PageQuery & { readonly datasetId: string },
): Promise<Page<NamedVersionRow>> {
  const versions = selectVersions(db)
    .where('version.datasetId', '=', query.datasetId)
    .where('version.deletedAt', 'is', null)
  return readPage(versions, { 'version.version': 'desc' }, query)
}

/** Which of these versions exist and are not deleted. */
export async function selectExistingVersions(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('datasets_versions')
    .select('id')
    .where('id', 'in', [...ids])
    .where('deletedAt', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.id))
}

export async function deleteVersions(
  db: Db,
  query: { readonly datasetId: string; readonly version?: number; readonly at: number },
): Promise<{ id: string; version: number }[]> {
  const { datasetId, version, at } = query
  return db
    .updateTable('datasets_versions')
    .set({ deletedAt: at })
    .where('datasetId', '=', datasetId)
    .where('deletedAt', 'is', null)
    .$if(version !== undefined, (update) => update.where('version', '=', version ?? 0))
    .returning(['id', 'version'])
    .execute()
}

/** Rows in one INSERT: four parameters each, far below what either database takes, and a short stop of the writer. */
const fileBatch = 1000

/** The lines of a manifest; those that are there already are left as they are. */
export async function insertFiles(db: Db, manifest: string, files: readonly DatasetFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += fileBatch) {
    const rows = files.slice(at, at + fileBatch).map((file): FileRow => ({ manifest, ...file }))
    await db
      .insertInto('datasets_files')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

export function selectFiles(db: Db, manifest: string): Promise<DatasetFile[]> {
  return db
    .selectFrom('datasets_files')
    .select(['path', 'digest', 'sizeBytes'])
    .where('manifest', '=', manifest)
    .orderBy('path')
    .execute()
}

export function selectFile(db: Db, manifest: string, path: string): Promise<DatasetFile | undefined> {
  return db
    .selectFrom('datasets_files')
    .select(['path', 'digest', 'sizeBytes'])
    .where('manifest', '=', manifest)
    .where('path', '=', path)
    .executeTakeFirst()
}

export function selectFilePage(
  db: Db,
  { manifest, prefix = '', ...page }: PageQuery & { readonly manifest: string; readonly prefix?: string | undefined },
): Promise<Page<DatasetFile>> {
  let files = db.selectFrom('datasets_files').select(['path', 'digest', 'sizeBytes']).where('manifest', '=', manifest)
  if (prefix !== '') files = files.where('path', '>=', prefix).where('path', '<', `${prefix}\u{10ffff}`)
  return readPage(files, { path: 'asc' }, page)
}

/** Manifests of versions that are not deleted, after `after`, in order. */
export async function selectUsedManifests(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('datasets_versions')
    .select('manifest')
    .distinct()
    .where('deletedAt', 'is', null)
    .where('manifest', '>', after)
    .orderBy('manifest')
    .limit(limit)
    .execute()
  return rows.map((row) => row.manifest)
}

/** A LIKE pattern for text that is meant literally. */
function contains(text: string): string {
  return `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`
}
