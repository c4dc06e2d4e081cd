import type { Context } from './context.ts'
import type { Column, DatasetVersion, Preview } from './model.ts'
import { openTable } from './table-reader.ts'
import { sqlName } from './table-source.ts'

/** Rows of the tables of a version, in file order. */
export async function previewTable(
  ctx: Context,
  version: DatasetVersion,
  query: { readonly path?: string | undefined; readonly limit: number; readonly offset: number },
): Promise<Preview> {
  const table = await openTable(ctx, version, query.path)
  const rows = await ctx.analytics.query<Preview['rows'][number]>(
    `SELECT ${table.columns.map(shown).join(', ')} FROM ${table.from} LIMIT $1 OFFSET $2`,
    [query.limit, query.offset],
  )
  return { paths: [...table.paths], columns: [...table.columns], rows: rows.map(jsonRow), rowCount: table.rowCount }
}

/** Bytes, intervals and the like as text: a preview is for reading. */
function shown({ name, kind, type }: Column): string {
  const column = sqlName(name)
  const isReadable = ['integer', 'number', 'boolean', 'time', 'date'].includes(kind) || type === 'VARCHAR'
  return kind === 'nested' || isReadable ? column : `CAST(${column} AS VARCHAR) AS ${column}`
}

/** JSON has no NaN and no infinities: they are shown as text. */
export function jsonRow(row: Preview['rows'][number]): Preview['rows'][number] {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonCell(value)]))
}

export function jsonCell<Cell>(value: Cell): Cell | string {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
