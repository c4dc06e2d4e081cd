import type { Context } from './context.ts'
import type { Column, Preview } from './model.ts'
import { openBlob, openTable, type Table } from './table-reader.ts'
import { sqlName } from './table-source.ts'
import { getVersion } from './versions.ts'

/** Rows drawn at random, with values as the engine gives them: NaN and infinities are numbers here. */
export interface Sample {
  readonly columns: readonly Column[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Rows of the whole table. */
  readonly rowCount: number
}

export interface Previews {
  /** Rows of the tables of a version, in file order. */
  preview(input: { ref: string; path?: string | undefined; limit: number; offset: number }): Promise<Preview>
  /** The first rows of stored bytes; the ending of `path` says what they are. Throws `blob_not_found`, `dataset_no_table`. */
  previewBlob(input: { digest: string; path: string; limit: number; offset: number }): Promise<Preview>
  /** Random rows for statistics, values as they are. Throws `dataset_no_table` beside what `getVersion` throws. */
  sample(input: { ref: string; path?: string | undefined; rows: number }): Promise<Sample>
}

export function createPreviews(ctx: Context): Previews {
  const open = async (ref: string, path: string | undefined) => openTable(ctx, await getVersion(ctx.db.read, ref), path)
  return {
    preview: async (query) => firstRows(ctx, await open(query.ref, query.path), query),
    previewBlob: async (query) => firstRows(ctx, await openBlob(ctx, query), query),
    sample: async (query) => sampleRows(ctx, await open(query.ref, query.path), query.rows),
  }
}

async function firstRows(
  ctx: Context,
  table: Table,
  query: { readonly limit: number; readonly offset: number },
): Promise<Preview> {
  const rows = await ctx.analytics.query<Preview['rows'][number]>(
    `SELECT ${table.columns.map(shown).join(', ')} FROM ${table.from} LIMIT $1 OFFSET $2`,
    [query.limit, query.offset],
  )
  return { paths: [...table.paths], columns: [...table.columns], rows: rows.map(jsonRow), rowCount: table.rowCount }
}

/**
 * At most `rowLimit` rows of the table, every one with the same chance; all of them when there are no more. The seed
 * is fixed, so a table small enough for one thread of the engine gives the same sample again. Bytes are left out.
 */
async function sampleRows(ctx: Context, table: Table, rowLimit: number): Promise<Sample> {
  const columns = table.columns.filter(({ kind }) => kind !== 'bytes' && kind !== 'nested')
  if (columns.length === 0) return { columns, rows: [], rowCount: table.rowCount }
  const names = columns.map(({ name }) => sqlName(name)).join(', ')
  const rows = await ctx.analytics.query(
    `SELECT ${names} FROM ${table.from} USING SAMPLE reservoir(${Math.floor(rowLimit)} ROWS) REPEATABLE (1)`,
  )
  return { columns, rows, rowCount: table.rowCount }
}

/** Dates, bytes, intervals and the like as text: a preview is for reading. */
function shown({ name, kind, type }: Column): string {
  const column = sqlName(name)
  const isReadable = ['integer', 'number', 'boolean', 'time'].includes(kind) || type === 'VARCHAR'
  return kind === 'nested' || isReadable ? column : `CAST(${column} AS VARCHAR) AS ${column}`
}

/** JSON has no NaN and no infinities: they are shown as text. */
export function jsonRow(row: Preview['rows'][number]): Preview['rows'][number] {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonCell(value)]))
}

export function jsonCell<Cell>(value: Cell): Cell | string {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
