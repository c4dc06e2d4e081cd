import { sqlPaths } from '../../platform/analytics/index.ts'
import type { Column, DatasetFile } from './model.ts'

/** How files of a version are read as one table. Pure: from file names to SQL. */
export type TableFormat = 'parquet' | 'csv' | 'tsv' | 'jsonLines'

export interface TableSource {
  readonly format: TableFormat
  readonly files: readonly DatasetFile[]
}

const endings: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.(parquet|pq)$/i, 'parquet'],
  [/\.csv(\.gz)?$/i, 'csv'],
  [/\.(tsv|tab)(\.gz)?$/i, 'tsv'],
  [/\.(jsonl|ndjson)(\.gz)?$/i, 'jsonLines'],
]

/** More tables than this are not read as one: every one has to be opened. */
const tableLimit = 1000

export function tableFormat(path: string): TableFormat | undefined {
  return endings.find(([ending]) => ending.test(path))?.[1]
}

/** The tables among these files as one source, or why they are none. */
export function tableSource(files: readonly DatasetFile[]): TableSource | { readonly problem: string } {
  const tables = files.filter(({ path, sizeBytes }) => tableFormat(path) !== undefined && sizeBytes > 0)
  const formats = new Set(tables.map(({ path }) => tableFormat(path)))
  const [format] = formats
  if (format === undefined) return { problem: 'none of its files is a table' }
  if (formats.size > 1) return { problem: `its tables have different formats (${[...formats].join(', ')})` }
  if (tables.length > tableLimit) return { problem: `it has ${tables.length} tables, more than ${tableLimit}` }
  return { format, files: tables }
}

/**
 * A table function over local copies of the source's files. Columns are matched by name across files. The stored names
 * have no ending, so format and compression are said.
 */
export function readTable({ format, files }: TableSource, paths: readonly string[]): string {
  const list = sqlPaths(paths)
  const byName = paths.length > 1 ? ', union_by_name = true' : ''
  const isGzip = files.every(({ path }) => /\.gz$/i.test(path))
  const compression = `compression = '${isGzip ? 'gzip' : 'none'}'`
  switch (format) {
    case 'parquet':
      return `read_parquet(${list}${byName})`
    case 'csv':
      return `read_csv(${list}${byName}, header = true, ${compression})`
    case 'tsv':
      return `read_csv(${list}${byName}, header = true, delim = '\\t', ${compression})`
    case 'jsonLines':
      return `read_json(${list}${byName}, format = 'newline_delimited', ${compression})`
  }
}

/** What a SQL type means to a reader. */
export function columnKind(type: string): Column['kind'] {
  if (/\]$|^(STRUCT|MAP|UNION|LIST|JSON|VARIANT)/.test(type)) return 'nested'
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'integer'
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'number'
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'DATE') return 'date'
  if (type.startsWith('TIMESTAMP')) return 'time'
  if (type === 'BLOB') return 'bytes'
  return 'text'
}

export function sqlName(column: string): string {
  return `"${column.replaceAll('"', '""')}"`
}
