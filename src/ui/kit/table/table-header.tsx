import { Tooltip } from '@mantine/core'
import { IconArrowNarrowDown, IconArrowNarrowUp } from '@tabler/icons-react'
import type { ColumnWindow } from './column-window.ts'
import classes from './data-table.module.css'
import type { PlacedColumn, TableLayout } from './table-layout.ts'
import type { Sort } from './table-model.ts'

export interface TableHeaderProps<Row> {
  readonly layout: TableLayout<Row>
  readonly drawn: ColumnWindow<Row>
  readonly sort: Sort | undefined
  readonly onSort: (sort: string) => void
}

/** Click a header to sort, drag it to another to put it there. */
export function TableHeader<Row>({ layout, drawn, sort, onSort }: TableHeaderProps<Row>) {
  const cell = (placed: PlacedColumn<Row>) => (
    <HeaderCell key={placed.column.id} placed={placed} sort={sort} onSort={onSort} onMove={layout.move} />
  )
  return (
    <thead className={classes.head} style={{ minWidth: layout.minWidth }}>
      <tr className={classes.headRow} style={{ gridTemplateColumns: drawn.template }}>
        {drawn.pinned.map(cell)}
        {drawn.isWhole ? null : <td aria-hidden />}
        {drawn.shown.map(cell)}
        {drawn.isWhole ? null : <td aria-hidden />}
      </tr>
    </thead>
  )
}

const dragged = 'text/plain'

interface HeaderCellProps<Row> {
  readonly placed: PlacedColumn<Row>
  readonly sort: Sort | undefined
  readonly onSort: (sort: string) => void
  readonly onMove: (id: string, target: string) => void
}

function HeaderCell<Row>({ placed, sort, onSort, onMove }: HeaderCellProps<Row>) {
  const { column, isPinned, offset } = placed
  const direction = sort?.id === column.id ? (sort.isDescending ? 'descending' : 'ascending') : 'none'
  const Arrow = direction === 'descending' ? IconArrowNarrowDown : IconArrowNarrowUp
  const label = column.header?.() ?? (
    <button type="button" className={classes.sort} onClick={() => onSort(nextSort(placed, direction))}>
      <span className={classes.clip}>{column.label}</span>
      {direction === 'none' ? null : <Arrow size={14} aria-hidden />}
    </button>
  )
  return (
    <th
      scope="col"
      aria-sort={direction}
      className={classes.headCell}
      data-number={column.isNumber || undefined}
      data-pinned={isPinned || undefined}
      style={isPinned ? { left: offset } : undefined}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(dragged, column.id)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        onMove(event.dataTransfer.getData(dragged), column.id)
      }}
    >
      {column.hint === undefined ? label : <Tooltip label={column.hint}>{label}</Tooltip>}
    </th>
  )
}

/** Numbers first go down (largest first), text first goes up; a third click returns to the table's own order. */
function nextSort<Row>({ column }: PlacedColumn<Row>, direction: string): string {
  const [first, second] = column.isNumber ? [`-${column.id}`, column.id] : [column.id, `-${column.id}`]
  if (direction === 'none') return first
  const isFirst = (direction === 'descending') === first.startsWith('-')
  return isFirst ? second : ''
}
