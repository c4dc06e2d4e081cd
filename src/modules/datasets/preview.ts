import type { Context } from './context.ts'
import type { Column, DatasetVersion, Preview } from './model.ts'
import { openBlob, openTable, type Table } from './table-reader.ts'
import { sqlName } from './table-source.ts'

/** Rows of the tables of a version, in file order. */
export async function previewTable(
  ctx: Context,
  version: DatasetVersion,
  query: { readonly path?: string | undefined; readonly limit: number; readonly offset: number },
): Promise<Preview> {
  return firstRows(ctx, await openTable(ctx, version, query.path), query)
}

/** Rows of stored bytes that are a table by their name, in file order. */
export async function previewBlob(
  ctx: Context,
  query: { readonly digest: string; readonly path: string; readonly limit: number; readonly offset: number },
): Promise<Preview> {
  return firstRows(ctx, await openBlob(ctx, query), query)
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

/** Rows drawn at random, with values as the engine gives them: NaN and infinities are numbers here. */
export interface Sample {
  readonly columns: readonly Column[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Rows of the whole table. */
  readonly rowCount: number
}

/**
 * At most `rows` rows of a version's tables, every one with the same chance; all of them when there are no more. The seed
 * is fixed, so a table small enough for one thread of the engine gives the same sample again. Bytes are left out.
 */
export async function sampleTable(
  ctx: Context,
  version: DatasetVersion,
  query: { readonly path?: string | undefined; readonly rows: number },
): Promise<Sample> {
  const table = await openTable(ctx, version, query.path)
  const columns = table.columns.filter(({ kind }) => kind !== 'bytes' && kind !== 'nested')
  if (columns.length === 0) return { columns, rows: [], rowCount: table.rowCount }
  const names = columns.map(({ name }) => sqlName(name)).join(', ')
  const rows = await ctx.analytics.query(
    `SELECT ${names} FROM ${table.from} USING SAMPLE reservoir(${Math.floor(query.rows)} ROWS) REPEATABLE (1)`,
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
