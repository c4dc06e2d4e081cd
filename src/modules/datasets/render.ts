import type { Column, ColumnProfile, Preview, Profile } from './model.ts'

/** Previews and profiles as text for a terminal. Pure. */
const widest = 40

/** The rows as a table, times as people write them. */
export function renderPreview({ columns, rows, rowCount, paths }: Preview): string {
  const lines = [columns.map((column) => column.name), ...rows.map((row) => columns.map((column) => cell(column, row)))]
  const source = paths.length === 1 ? paths[0] : `${paths.length} files`
  return `${aligned(lines, columns.map(isNumeric))}\n\n${rows.length} of ${rowCount} rows of ${source}`
}

/** One line per column: how much is missing, its range, its middle, its most frequent value. */
export function renderProfile({ columns, rowCount, paths }: Profile): string {
  const head = ['column', 'type', 'missing', 'distinct', 'min', 'median', 'mean', 'max', 'most frequent']
  const lines = columns.map((column) => [
    column.name,
    column.type,
    percent(column.nullCount, rowCount),
    String(column.distinctCount),
    text(column, column.min),
    text(column, column.quantiles?.p50),
    text(column, column.mean),
    text(column, column.max),
    mostFrequent(column, rowCount),
  ])
  const numeric = head.map((name) => name !== 'column' && name !== 'type' && name !== 'most frequent')
  return `${aligned([head, ...lines], numeric)}\n\n${rowCount} rows of ${paths.join(', ')}`
}

function mostFrequent(column: ColumnProfile, rowCount: number): string {
  const [first] = column.top ?? []
  return first === undefined ? '' : `${text(column, first.value)} (${percent(first.count, rowCount)})`
}

function percent(count: number, total: number): string {
  if (count === 0 || total === 0) return '0 %'
  const share = (100 * count) / total
  return share < 0.1 ? '<0.1 %' : `${share.toFixed(1)} %`
}

const isNumeric = ({ kind }: Column) => kind === 'integer' || kind === 'number'
const cell = (column: Column, row: Preview['rows'][number]) => text(column, row[column.name])

function text({ kind }: Column, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' && kind === 'time') return new Date(value).toISOString().replace('.000Z', 'Z')
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)))
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  const line = shown.replace(/\s+/g, ' ')
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line
}

/** Columns under each other; numbers to the right. */
function aligned(lines: readonly (readonly string[])[], numeric: readonly boolean[]): string {
  const widths = numeric.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  const pad = (value: string, index: number) =>
    numeric[index] ? value.padStart(widths[index] ?? 0) : value.padEnd(widths[index] ?? 0)
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}
