import { useMemo } from 'react'
import { formatNumber, formatTime } from '../format.ts'
import { DataTable } from './data-table.tsx'
import type { CellValue, TableColumn } from './table-column.ts'

/** A column of a dataset or of a file. */
export interface PreviewColumn {
  readonly name: string
  readonly kind: string
  readonly type: string
}

export interface PreviewTableProps {
  readonly columns: readonly PreviewColumn[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Rows of the whole table. */
  readonly rowCount: number
  readonly height?: number
}

interface PreviewRow {
  readonly index: number
  readonly cells: Readonly<Record<string, unknown>>
}

/** The first rows of somebody's table, whose columns are known by their kinds only. */
export function PreviewTable({ columns: given, rows: cells, rowCount, height = 520 }: PreviewTableProps) {
  const columns = useMemo(() => given.map(toTableColumn), [given])
  const rows = useMemo(() => cells.map((each, index) => ({ index, cells: each })), [cells])
  return (
    <DataTable
      name="rows"
      rows={rows}
      columns={columns}
      rowKey={(row) => String(row.index)}
      urlPrefix="rows."
      height={height}
      total={rowCount}
    />
  )
}

function toTableColumn({ name, kind, type }: PreviewColumn): TableColumn<PreviewRow> {
  const isNumber = kind === 'integer' || kind === 'number'
  return {
    id: name,
    label: name,
    hint: type,
    value: (row) => asCell(row.cells[name]),
    cell: (row) => {
      const value = row.cells[name]
      if (typeof value !== 'number') return asCell(value)?.toString()
      return kind === 'time' ? formatTime(value) : isNumber ? formatNumber(value) : String(value)
    },
    width: kind === 'time' ? 190 : Math.max(110, name.length * 8 + 40),
    isNumber,
  }
}

function asCell(value: unknown): CellValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return value === null || value === undefined ? undefined : JSON.stringify(value)
}
