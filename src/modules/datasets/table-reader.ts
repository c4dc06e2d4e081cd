import { hasCode } from '../../kernel/errors.ts'
import type { Context } from './context.ts'
import { insertTableFacts, selectTableFacts, type TableKey } from './facts-store.ts'
import { type Column, type DatasetFile, type DatasetVersion, datasetErrors } from './model.ts'
import { selectFile, selectFiles } from './store.ts'
import { columnKind, readTable, type TableSource, tableSource } from './table-source.ts'

/** An opened table: what to select from, and what is known about it. */
export interface Table {
  readonly key: TableKey
  readonly paths: readonly string[]
  /** SQL to put after FROM. */
  readonly from: string
  readonly rowCount: number
  readonly columns: readonly Column[]
}

/** Opens one file of a version, or all its tables together. Throws `dataset_file_not_found`, `dataset_no_table`. */
export async function openTable(ctx: Context, version: DatasetVersion, path?: string): Promise<Table> {
  const source = await sourceOf(ctx, version, path)
  const key = { manifest: version.digest, path: path ?? '' }
  return openSource(ctx, { source, key, name: nameOf(version) })
}

/** Opens stored bytes as the table that their name says they are. Throws `blob_not_found`, `dataset_no_table`. */
export async function openBlob(ctx: Context, file: Pick<DatasetFile, 'path' | 'digest'>): Promise<Table> {
  const source = tableSource([{ ...file, sizeBytes: 1 }])
  if ('problem' in source) throw noTable(file.path, 'it is no CSV, TSV, JSON lines or Parquet')
  return openSource(ctx, { source, key: { manifest: file.digest, path: file.path }, name: file.path })
}

interface NamedSource {
  readonly source: TableSource
  readonly key: TableKey
  readonly name: string
}

async function openSource(ctx: Context, { source, key, name }: NamedSource): Promise<Table> {
  const from = await localTable(ctx, source)
  const facts = await tableFacts(ctx, key, from)
  if (facts.problem !== undefined) throw noTable(name, facts.problem)
  return { key, from, paths: source.files.map((file) => file.path), ...facts }
}

/** Finds out rows and columns of all tables of a manifest, once; a manifest without readable tables is remembered too. */
export async function describeManifest(ctx: Context, manifest: string): Promise<void> {
  const source = tableSource(await selectFiles(ctx.db.read, manifest))
  if (!('problem' in source)) await tableFacts(ctx, { manifest, path: '' }, await localTable(ctx, source))
}

type Facts = Pick<Table, 'rowCount' | 'columns'> & { readonly problem?: string }

async function tableFacts(ctx: Context, key: TableKey, from: string): Promise<Facts> {
  const known = await selectTableFacts(ctx.db.read, key)
  if (known !== undefined) {
    const { rowCount, columns, problem } = known
    return { rowCount, columns: JSON.parse(columns), ...(problem === null ? {} : { problem }) }
  }
  const facts = await examine(ctx, from)
  const { rowCount, columns, problem = null } = facts
  const row = { ...key, rowCount, columns: JSON.stringify(columns), problem }
  await ctx.db.transaction((tx) => insertTableFacts(tx.query, row))
  return facts
}

async function examine(ctx: Context, from: string): Promise<Facts> {
  try {
    const described = await ctx.analytics.query<{ column_name: string; column_type: string }>(
      `DESCRIBE SELECT * FROM ${from}`,
    )
    const [counted] = await ctx.analytics.query<{ count: number }>(`SELECT count(*) AS count FROM ${from}`)
    const columns = described.map(({ column_name: name, column_type: type }) => ({
      name,
      kind: columnKind(type),
      type,
    }))
    return { rowCount: counted?.count ?? 0, columns }
  } catch (error) {
    // Bytes do not change: what cannot be read today cannot be read tomorrow. Anything else is tried again.
    if (!hasCode(error, 'analytics_query_failed')) throw error
    return { rowCount: 0, columns: [], problem: (error as Error).message }
  }
}

async function sourceOf(ctx: Context, version: DatasetVersion, path: string | undefined): Promise<TableSource> {
  const file = path === undefined ? undefined : await selectFile(ctx.db.read, version.digest, path)
  if (path !== undefined && file === undefined)
    throw datasetErrors.dataset_file_not_found({ version: version.id, path })
  const source = tableSource(file === undefined ? await selectFiles(ctx.db.read, version.digest) : [file])
  if ('problem' in source) throw noTable(nameOf(version), source.problem)
  return source
}

async function localTable(ctx: Context, source: TableSource): Promise<string> {
  const paths: string[] = []
  for (const { digest } of source.files) paths.push(await ctx.blobs.localPath(digest))
  return readTable(source, paths)
}

const nameOf = ({ dataset, version }: DatasetVersion) => `${dataset}@${version}`

function noTable(name: string, problem: string) {
  return datasetErrors.dataset_no_table({ version: name, problem })
}
