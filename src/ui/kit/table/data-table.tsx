import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { formatCount, formatCountOf } from '../format.ts'
import { usePointedAt } from '../pointed-at.ts'
import { useUrlState } from '../url-state.ts'
import { useColumnWindow } from './column-window.ts'
import classes from './data-table.module.css'
import { useRowKeys } from './row-keys.ts'
import { rowHeight, TableBody } from './table-body.tsx'
import type { TableColumn } from './table-column.ts'
import { TableHeader } from './table-header.tsx'
import { useTableLayout } from './table-layout.ts'
import { parseSort, useTableModel } from './table-model.ts'
import { TableToolbar } from './table-toolbar.tsx'

export interface DataTableProps<Row extends object> {
  /** What the rows are, in the plural: `runs`. Names the table for screen readers. */
  readonly name: string
  readonly rows: readonly Row[]
  /** Stable between renders: a module constant or a memo. */
  readonly columns: readonly TableColumn<Row>[]
  readonly rowKey: (row: Row) => string
  /** Address that a click or Enter on a row opens. */
  readonly rowTo?: (row: Row) => string
  /** Before the reader sorts: `-startedAt`. */
  readonly defaultSort?: string
  /** Keeps the state of two tables on one page apart in the address. */
  readonly urlPrefix?: string
  /** j, k and Enter of the page belong to this table. */
  readonly isMain?: boolean
  /** The server filters and sorts; `onEnd` fetches more rows. */
  readonly isServerOrdered?: boolean
  readonly onEnd?: () => void
  /** More rows exist than are loaded. */
  readonly hasMore?: boolean
  /** How many rows there are, when that is known before all are loaded. */
  readonly total?: number | undefined
  /** `fill` takes the height of the container, a number is the largest height in px. */
  readonly height?: 'fill' | number
  readonly hasToolbar?: boolean
  /** More controls between filter and count. */
  readonly toolbar?: ReactNode
}

/** The table of every page: virtual rows, sort, filter, columns to show and pin, keyboard; its state is in the address. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { rows, columns, rowKey, rowTo, defaultSort = '', urlPrefix = '', isServerOrdered = false } = props
  const [filter, setFilter] = useUrlState(`${urlPrefix}q`)
  const [sortText, setSort] = useUrlState(`${urlPrefix}sort`, defaultSort)
  const sort = useMemo(() => parseSort(sortText), [sortText])
  const layout = useTableLayout(columns, urlPrefix)
  const shown = useTableModel({ rows, columns, sort, filter, isServerOrdered })
  const pointedAt = usePointedAt()
  const [moved, setActive] = useState<number>()
  const active = moved ?? (pointedAt === '' ? -1 : shown.findIndex((row) => rowKey(row) === pointedAt))
  // State and not a ref: the rows inside are drawn before this element exists and must be drawn again with it.
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const drawn = useColumnWindow(layout, scroller)
  const open = useOpen(rowTo)
  const openIndex = useCallback((index: number) => open?.(shown[index]), [open, shown])
  useRowKeys({
    isEnabled: props.isMain ?? false,
    count: shown.length,
    active,
    onMove: setActive,
    onOpen: openIndex,
  })
  const { height = 'fill' } = props
  return (
    <div className={classes.root} data-fill={height === 'fill' || undefined}>
      {props.hasToolbar === false ? null : (
        <TableToolbar
          name={props.name}
          columns={columns}
          layout={layout}
          filter={isServerOrdered ? undefined : filter}
          onFilter={setFilter}
          count={countOf(shown.length, rows.length, props)}
        >
          {props.toolbar}
        </TableToolbar>
      )}
      <section
        ref={setScroller}
        className={classes.scroll}
        aria-label={`${props.name}, scrolling area`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        tabIndex={0}
        style={height === 'fill' ? undefined : { maxHeight: Math.max(height, rowHeight * 3) }}
      >
        <table className={classes.table} aria-label={props.name} aria-rowcount={shown.length + 1}>
          <TableHeader layout={layout} drawn={drawn} sort={sort} onSort={setSort} />
          <TableBody
            rows={shown}
            layout={layout}
            drawn={drawn}
            rowKey={rowKey}
            scroller={scroller}
            active={active}
            onOpen={open}
            onActivate={setActive}
            onEnd={props.onEnd}
          />
        </table>
        {shown.length === 0 ? <p className={classes.empty}>No {props.name} match.</p> : null}
      </section>
    </div>
  )
}

function useOpen<Row>(rowTo: ((row: Row) => string) | undefined): ((row: Row | undefined) => void) | undefined {
  const navigate = useNavigate()
  return useMemo(() => {
    if (rowTo === undefined) return undefined
    return (row) => {
      if (row !== undefined) void navigate({ href: rowTo(row) })
    }
  }, [navigate, rowTo])
}

function countOf<Row extends object>(shown: number, all: number, props: DataTableProps<Row>): string {
  if (props.total !== undefined && props.total > all) return formatCountOf(props.total, props.name)
  if (props.hasMore === true)
    return `${shown === all ? '' : `${formatCount(shown)} of `}${formatCount(all)}+ ${props.name}`
  return shown === all ? formatCountOf(all, props.name) : `${formatCount(shown)} of ${formatCountOf(all, props.name)}`
}
