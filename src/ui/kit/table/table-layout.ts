import { useCallback, useMemo } from 'react'
import { useUrlList } from '../url-state.ts'
import type { TableColumn } from './table-column.ts'

export interface PlacedColumn<Row> {
  readonly column: TableColumn<Row>
  readonly isPinned: boolean
  /** Distance from the left edge in px when pinned. */
  readonly offset: number
}

export interface TableLayout<Row> {
  /** Visible columns in order, pinned ones first. */
  readonly placed: readonly PlacedColumn<Row>[]
  /** CSS `grid-template-columns`. */
  readonly template: string
  readonly minWidth: number
  readonly isVisible: (column: TableColumn<Row>) => boolean
  readonly isPinned: (column: TableColumn<Row>) => boolean
  readonly toggleVisible: (column: TableColumn<Row>) => void
  readonly togglePinned: (column: TableColumn<Row>) => void
}

/** Which columns show and which are pinned: the columns' own defaults, with the reader's changes kept in the address. */
export function useTableLayout<Row>(columns: readonly TableColumn<Row>[], urlPrefix: string): TableLayout<Row> {
  const [flipped, setFlipped] = useUrlList(`${urlPrefix}cols`)
  const [repinned, setRepinned] = useUrlList(`${urlPrefix}pins`)
  const isVisible = useCallback(
    (column: TableColumn<Row>) => (column.isHidden ?? false) === flipped.includes(column.id),
    [flipped],
  )
  const isPinned = useCallback(
    (column: TableColumn<Row>) => (column.isPinned ?? false) !== repinned.includes(column.id),
    [repinned],
  )
  const placed = useMemo(() => place(columns.filter(isVisible), isPinned), [columns, isVisible, isPinned])
  return {
    placed,
    template: placed.map(trackOf).join(' '),
    minWidth: placed.reduce((sum, { column }) => sum + column.width, 0),
    isVisible,
    isPinned,
    toggleVisible: (column) => setFlipped(toggle(flipped, column.id)),
    togglePinned: (column) => setRepinned(toggle(repinned, column.id)),
  }
}

/** Pinned columns keep their exact width, because the ones after them stand at the sum of it. */
function trackOf<Row>({ column, isPinned }: PlacedColumn<Row>): string {
  const grow = column.grow ?? 1
  return isPinned || grow === 0 ? `${column.width}px` : `minmax(${column.width}px, ${grow}fr)`
}

function place<Row>(
  visible: readonly TableColumn<Row>[],
  isPinned: (column: TableColumn<Row>) => boolean,
): readonly PlacedColumn<Row>[] {
  const ordered = [...visible.filter(isPinned), ...visible.filter((column) => !isPinned(column))]
  let offset = 0
  return ordered.map((column) => {
    const result = { column, isPinned: isPinned(column), offset }
    offset += column.width
    return result
  })
}

function toggle(list: readonly string[], id: string): readonly string[] {
  return list.includes(id) ? list.filter((each) => each !== id) : [...list, id]
}
