import { Tooltip } from '@mantine/core'
import { IconArrowNarrowDown, IconArrowNarrowUp } from '@tabler/icons-react'
import classes from './data-table.module.css'
import type { PlacedColumn, TableLayout } from './table-layout.ts'
import type { Sort } from './table-model.ts'

export interface TableHeaderProps<Row> {
  readonly layout: TableLayout<Row>
  readonly sort: Sort | undefined
  readonly onSort: (sort: string) => void
}

export function TableHeader<Row>({ layout, sort, onSort }: TableHeaderProps<Row>) {
  return (
    <thead className={classes.head} style={{ minWidth: layout.minWidth }}>
      <tr className={classes.headRow} style={{ gridTemplateColumns: layout.template }}>
        {layout.placed.map((placed) => (
          <HeaderCell key={placed.column.id} placed={placed} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  )
}

interface HeaderCellProps<Row> {
  readonly placed: PlacedColumn<Row>
  readonly sort: Sort | undefined
  readonly onSort: (sort: string) => void
}

function HeaderCell<Row>({ placed, sort, onSort }: HeaderCellProps<Row>) {
  const { column, isPinned, offset } = placed
  const direction = sort?.id === column.id ? (sort.isDescending ? 'descending' : 'ascending') : 'none'
  const Arrow = direction === 'descending' ? IconArrowNarrowDown : IconArrowNarrowUp
  const button = (
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
    >
      {column.hint === undefined ? button : <Tooltip label={column.hint}>{button}</Tooltip>}
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
