import { sqlPaths } from '../../platform/analytics/index.ts'
import type { Column, DatasetFile } from './model.ts'

/** How files of a version are read as one table. Pure: from file names to SQL. */
export type TableFormat = 'parquet' | 'csv' | 'tsv' | 'jsonLines' | 'csv.gz' | 'tsv.gz' | 'jsonLines.gz'

export interface TableSource {
  readonly format: TableFormat
  readonly files: readonly DatasetFile[]
}

const endings: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.(parquet|pq)$/i, 'parquet'],
  [/\.csv$/i, 'csv'],
  [/\.csv\.gz$/i, 'csv.gz'],
  [/\.(tsv|tab)$/i, 'tsv'],
  [/\.(tsv|tab)\.gz$/i, 'tsv.gz'],
  [/\.(jsonl|ndjson)$/i, 'jsonLines'],
  [/\.(jsonl|ndjson)\.gz$/i, 'jsonLines.gz'],
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
export function readTable({ format }: TableSource, paths: readonly string[]): string {
  const files = `${sqlPaths(paths)}${paths.length > 1 ? ', union_by_name = true' : ''}`
  if (format === 'parquet') return `read_parquet(${files})`
  const [text, packing] = format.split('.')
  const options = packing === 'gz' ? `${files}, compression = 'gzip'` : files
  if (text === 'jsonLines') return `read_json(${options}, format = 'newline_delimited')`
  return `read_csv(${options}, header = true${text === 'tsv' ? ", delim = '\\t'" : ''})`
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
