import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ColumnMenu } from './column-menu.tsx'
import classes from './data-table.module.css'
import type { TableColumn } from './table-column.ts'
import type { TableLayout } from './table-layout.ts'

export interface TableToolbarProps<Row> {
  readonly name: string
  readonly columns: readonly TableColumn<Row>[]
  readonly layout: TableLayout<Row>
  /** Undefined hides the filter, for tables whose page has its own. */
  readonly filter: string | undefined
  readonly onFilter: (filter: string) => void
  /** `1,204 runs`, `12 of 1,204`. */
  readonly count: string
  readonly children?: ReactNode
}

export function TableToolbar<Row>(props: TableToolbarProps<Row>) {
  const { name, columns, layout, filter, onFilter, count, children } = props
  return (
    <div className={classes.toolbar}>
      {filter === undefined ? null : (
        <TextInput
          data-table-filter
          placeholder={`Filter ${name}`}
          aria-label={`Filter ${name}`}
          leftSection={<IconSearch size={14} />}
          value={filter}
          onChange={(event) => onFilter(event.currentTarget.value)}
          w={230}
        />
      )}
      {children}
      <span className={classes.count} aria-live="polite">
        {count}
      </span>
      <ColumnMenu columns={columns} layout={layout} />
    </div>
  )
}
