import type { ReactNode } from 'react'

/** What a cell holds, for sorting and filtering. Absent values sort last in both directions. */
export type CellValue = string | number | boolean | null | undefined

/** One column of a `DataTable`. */
export interface TableColumn<Row> {
  /** Unique in the table; appears in the address when sorted by. */
  readonly id: string
  readonly label: string
  /** Stands in the header instead of the button that sorts. */
  readonly header?: () => ReactNode
  readonly value: (row: Row) => CellValue
  /** How the value looks; the default is the value as text. */
  readonly cell?: (row: Row) => ReactNode
  /** CSS background of the cell, where the value is shown as a color. */
  readonly tint?: ((row: Row) => string | undefined) | undefined
  /** Smallest width in px; the rest of the room is shared by `grow`. */
  readonly width: number
  /** Share of the spare room; default 1, 0 for columns of fixed content. */
  readonly grow?: number
  /** Numbers stand at the right. */
  readonly isNumber?: boolean
  /** Kept at the left while the table scrolls sideways, until the reader unpins it. */
  readonly isPinned?: boolean
  /** Not shown until the reader asks for it. */
  readonly isHidden?: boolean
  /** Longer explanation, shown over the header. */
  readonly hint?: string
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Ascending order of two present values: numbers by size, text as people sort it (`v2` before `v10`). */
export function compareValues(a: CellValue, b: CellValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}
