import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, type ReactNode, useEffect } from 'react'
import type { ColumnWindow } from './column-window.ts'
import classes from './data-table.module.css'
import type { PlacedColumn, TableLayout } from './table-layout.ts'

/** All rows are equally high, so 20 000 of them need no measuring. */
export const rowHeight = 34

export interface TableBodyProps<Row> {
  readonly rows: readonly Row[]
  readonly layout: TableLayout<Row>
  readonly drawn: ColumnWindow<Row>
  readonly rowKey: (row: Row) => string
  /** The element that scrolls; null before it exists. */
  readonly scroller: HTMLElement | null
  /** Index of the row the keyboard is on; -1 for none. */
  readonly active: number
  readonly onOpen: ((row: Row) => void) | undefined
  readonly onActivate: (index: number) => void
  /** Called when the last rows come into view, to fetch the next page. */
  readonly onEnd: (() => void) | undefined
}

export function TableBody<Row>(props: TableBodyProps<Row>) {
  const { rows, layout, drawn, rowKey, scroller, active, onOpen, onActivate, onEnd } = props
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 30) onEnd?.()
  }, [last, rows.length, onEnd])
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active)
  }, [active, virtual])
  const open = (event: MouseEvent, row: Row, index: number) => {
    if (event.target instanceof Element && event.target.closest('a, button, input') !== null) return
    if (window.getSelection()?.isCollapsed === false) return
    onActivate(index)
    onOpen?.(row)
  }
  return (
    <tbody className={classes.body} style={{ height: virtual.getTotalSize(), minWidth: layout.minWidth }}>
      {items.map(({ index, start }) => {
        const row = rows[index]
        if (row === undefined) return null
        return (
          <tr
            key={rowKey(row)}
            aria-rowindex={index + 2}
            aria-current={index === active || undefined}
            className={classes.row}
            data-active={index === active || undefined}
            data-opens={onOpen !== undefined || undefined}
            style={{ gridTemplateColumns: drawn.template, transform: `translateY(${start}px)` }}
            onClick={(event) => open(event, row, index)}
          >
            {drawn.pinned.map((placed) => (
              <BodyCell key={placed.column.id} placed={placed} row={row} />
            ))}
            {drawn.isWhole ? null : <td aria-hidden />}
            {drawn.shown.map((placed) => (
              <BodyCell key={placed.column.id} placed={placed} row={row} />
            ))}
            {drawn.isWhole ? null : <td aria-hidden />}
          </tr>
        )
      })}
    </tbody>
  )
}

function BodyCell<Row>({ placed, row }: { readonly placed: PlacedColumn<Row>; readonly row: Row }) {
  const { column, isPinned, offset } = placed
  const tint = column.tint?.(row)
  const content = column.cell === undefined ? column.value(row) : column.cell(row)
  return (
    <td
      className={classes.cell}
      data-number={column.isNumber || undefined}
      data-pinned={isPinned || undefined}
      style={{ ...(isPinned ? { left: offset } : {}), ...(tint === undefined ? {} : { background: tint }) }}
    >
      {shown(content)}
    </td>
  )
}

/** Text is cut with an ellipsis and whole on hover; nothing is a dash; elements look after themselves. */
function shown(content: ReactNode): ReactNode {
  if (content === null || content === undefined || content === '') return <span className={classes.none}>–</span>
  const text = typeof content === 'boolean' ? (content ? 'yes' : 'no') : content
  if (typeof text !== 'string' && typeof text !== 'number') return text
  return (
    <span className={classes.clip} title={String(text)}>
      {text}
    </span>
  )
}
