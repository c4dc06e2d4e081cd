import type { Column } from './model.ts'
import type { Table } from './table-reader.ts'
import { sqlName } from './table-source.ts'

/** What one statement measures of a column; absent where it has no meaning for its kind. */
export interface Measures {
  readonly nullCount: number
  readonly distinctCount: number
  readonly min?: string | number | boolean | null
  readonly max?: string | number | boolean | null
  readonly mean?: number | null
  readonly standardDeviation?: number | null
  /** At 0.05, 0.25, 0.5, 0.75 and 0.95. */
  readonly quantiles?: readonly number[] | null
}

export const binCount = 20
const topCount = 10
/** Text is cut to this many characters in what is shown. */
const shownCharacters = 200
/** Integers with at most this many different values are also counted by value: they are codes rather than measures. */
const codeLimit = 50
/** Above this many rows quantiles are estimated: exact ones keep every value in memory. */
const exactRows = 1_000_000

/** One row with one struct `c0`, `c1`, … per column. */
export function measureSql(table: Table, columns: readonly Column[]): string {
  const structs = columns.map((column, index) => `${measureStruct(column, table.rowCount)} AS c${index}`)
  return `SELECT ${structs.join(', ')} FROM ${table.from}`
}

function measureStruct({ name, kind }: Column, rowCount: number): string {
  const column = sqlName(name)
  const counts = `'nullCount': count(*) - count(${column}), 'distinctCount': approx_count_distinct(${column})`
  if (kind === 'nested' || kind === 'bytes') return `{${counts}}`
  if (kind !== 'integer' && kind !== 'number') {
    const isText = kind === 'text' || kind === 'date'
    const shown = isText ? `left(CAST(${column} AS VARCHAR), ${shownCharacters})` : column
    return `{${counts}, 'min': min(${shown}), 'max': max(${shown})}`
  }
  // Infinities and NaN are values of the column, but no arithmetic survives them.
  const value = `CAST(${column} AS DOUBLE)`
  const finite = `FILTER (WHERE isfinite(${value}))`
  const quantile = rowCount > exactRows ? 'approx_quantile' : 'quantile_cont'
  return `{${counts}, 'min': min(${column}) ${finite}, 'max': max(${column}) ${finite}, 'mean': avg(${value}) ${finite},
    'standardDeviation': stddev_samp(${value}) ${finite},
    'quantiles': ${quantile}(${value}, [0.05, 0.25, 0.5, 0.75, 0.95]) ${finite}}`
}

/**
 * The most frequent values and the histogram bins of all columns in one statement, so that a text file is parsed once:
 * rows of `column` (its index), `bin` or `value`, and `count`. Undefined when no column has any.
 */
export function frequencySql(
  table: Table,
  columns: readonly Column[],
  measures: readonly Measures[],
): string | undefined {
  const parts = columns.flatMap((column, index) => {
    const measure = measures[index]
    return measure === undefined ? [] : [...topPart(column, index, measure), ...binPart(column, index, measure)]
  })
  if (parts.length === 0) return undefined
  const names = columns.map(({ name }) => sqlName(name)).join(', ')
  return `WITH data AS MATERIALIZED (SELECT ${names} FROM ${table.from}) ${parts.join(' UNION ALL ')}`
}

function topPart({ name, kind }: Column, index: number, { distinctCount }: Measures): string[] {
  const isCode = kind === 'integer' && distinctCount <= codeLimit
  if (kind !== 'text' && kind !== 'boolean' && !isCode) return []
  const column = sqlName(name)
  return [
    `(SELECT ${index} AS "column", NULL::INTEGER AS bin, left(CAST(${column} AS VARCHAR), ${shownCharacters}) AS value,
      count(*) AS count FROM data WHERE ${column} IS NOT NULL GROUP BY ${column}
      ORDER BY count DESC, value LIMIT ${topCount})`,
  ]
}

function binPart({ name, kind }: Column, index: number, { min, max }: Measures): string[] {
  if (kind !== 'integer' && kind !== 'number') return []
  const [from, to] = [Number(min ?? Number.NaN), Number(max ?? Number.NaN)]
  if (!Number.isFinite(from) || !Number.isFinite(to)) return []
  const value = `CAST(${sqlName(name)} AS DOUBLE)`
  const bin = from === to ? '0' : `least(floor((${value} - (${from})) / (${to - from}) * ${binCount}), ${binCount - 1})`
  return [
    `(SELECT ${index} AS "column", CAST(${bin} AS INTEGER) AS bin, NULL AS value, count(*) AS count FROM data
      WHERE isfinite(${value}) GROUP BY bin)`,
  ]
}
