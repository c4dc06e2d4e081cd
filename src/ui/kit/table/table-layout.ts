import { useCallback, useMemo } from 'react'
import { useUrlList } from '../url-state.ts'
import { inOrder, moved } from './column-order.ts'
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
  /** Puts the column where the other one stands. */
  readonly move: (id: string, target: string) => void
  /** Shows or hides several at once. */
  readonly setVisible: (columns: readonly TableColumn<Row>[], isVisible: boolean) => void
}

/** Stands in the address for hundreds of names. */
export const everyColumn = '*'

/** Which columns show and which are pinned, and their order: the columns' own defaults, with the reader's changes kept in the address. */
export function useTableLayout<Row>(columns: readonly TableColumn<Row>[], urlPrefix: string): TableLayout<Row> {
  const [flipped, setFlipped] = useUrlList(`${urlPrefix}cols`)
  const [repinned, setRepinned] = useUrlList(`${urlPrefix}pins`)
  const [order, setOrder] = useUrlList(`${urlPrefix}order`)
  const isVisible = useMemo(() => {
    const ids = new Set(flipped)
    const isAll = ids.has(everyColumn)
    return (column: TableColumn<Row>) => (isAll || !(column.isHidden ?? false)) !== ids.has(column.id)
  }, [flipped])
  const isPinned = useCallback(
    (column: TableColumn<Row>) => (column.isPinned ?? false) !== repinned.includes(column.id),
    [repinned],
  )
  const placed = useMemo(
    () => place(inOrder(columns.filter(isVisible), order), isPinned),
    [columns, isVisible, isPinned, order],
  )
  return {
    placed,
    template: placed.map(trackOf).join(' '),
    minWidth: placed.reduce((sum, { column }) => sum + column.width, 0),
    isVisible,
    isPinned,
    toggleVisible: (column) => setFlipped(toggle(flipped, column.id)),
    togglePinned: (column) => setRepinned(toggle(repinned, column.id)),
    move: (id, target) =>
      setOrder(
        moved(
          placed.map(({ column }) => column.id),
          id,
          target,
        ),
      ),
    setVisible: (some, wanted) => {
      if (wanted && some.length === columns.length) return setFlipped([everyColumn])
      const change = new Set(some.filter((column) => isVisible(column) !== wanted).map(({ id }) => id))
      setFlipped([...flipped.filter((id) => !change.has(id)), ...[...change].filter((id) => !flipped.includes(id))])
    },
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
