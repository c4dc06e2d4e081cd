import { paint, type Terminal } from '../terminal.ts'
import { cut, pad, textWidth } from './text-width.ts'
import { valueText } from './value-text.ts'

type Row = Readonly<Record<string, unknown>>
type View = Pick<Terminal, 'isInteractive' | 'columns' | 'hasColor'>

interface Column {
  readonly name: string
  readonly cells: readonly string[]
  readonly width: number
  readonly isNumeric: boolean
}

const gap = '  '
// A column narrower than this says nothing.
const narrowest = 8

/**
 * Rows as aligned columns. On a terminal, columns that do not fit are left out from the right and the widest are cut; in a
 * pipe everything is printed whole.
 */
export function renderTable(rows: readonly Row[], view: View, now: number): string {
  const columns = columnsOf(rows, now)
  const shown = view.isInteractive ? fitColumns(columns, view.columns) : columns
  const header = shown.map((column) => paint(view, 'bold', align(column, column.name))).join(gap)
  const lines = rows.map((_, index) => shown.map((column) => align(column, column.cells[index] ?? '')).join(gap))
  return `${[header, ...lines].map((line) => line.trimEnd()).join('\n')}\n`
}

/** Fields that hold something short in any row: nested objects belong to a record, not to a table. */
function columnsOf(rows: readonly Row[], now: number): Column[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return names
    .filter(
      (name) =>
        rows.some((row) => isPlain(row[name])) && rows.every((row) => isPlain(row[name]) || row[name] === undefined),
    )
    .map((name) => {
      const cells = rows.map((row) => valueText(name, row[name], now).replace(/\s+/g, ' '))
      const isNumeric = rows.every((row) => row[name] === undefined || typeof row[name] === 'number')
      return { name, cells, isNumeric, width: Math.max(...[name, ...cells].map(textWidth)) }
    })
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 5 && value.every((item) => typeof item === 'string')
  return value === null || (value !== undefined && typeof value !== 'object')
}

function fitColumns(columns: readonly Column[], width: number): Column[] {
  const kept = [...columns]
  while (kept.length > 1 && minimum(kept) > width) kept.pop()
  while (total(kept) > width) {
    const widest = kept.reduce((a, b) => (b.width > a.width ? b : a))
    const excess = total(kept) - width
    const narrowed = Math.max(narrowest, widest.width - excess)
    if (narrowed === widest.width) break
    kept[kept.indexOf(widest)] = { ...widest, width: narrowed }
  }
  return kept
}

function total(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1))
}

/** Ids stay whole: half an id is of no use. */
function minimum(columns: readonly Column[]): number {
  const least = (column: Column) => Math.min(column.width, column.name === 'id' ? column.width : 16)
  return columns.reduce((sum, column) => sum + least(column), gap.length * (columns.length - 1))
}

function align(column: Column, text: string): string {
  return pad(cut(text, column.width), column.width, column.isNumeric ? 'left' : 'right')
}
