import { ActionIcon, Checkbox, Menu, TextInput, Tooltip } from '@mantine/core'
import { IconColumns3, IconPin, IconPinFilled, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
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

function ColumnMenu<Row>({ columns, layout }: Pick<TableToolbarProps<Row>, 'columns' | 'layout'>) {
  return (
    <Menu position="bottom-end" shadow="md" closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="default" size={30} aria-label="Columns">
            <IconColumns3 size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
        {columns.map((column) => {
          const isPinned = layout.isPinned(column)
          const Pin = isPinned ? IconPinFilled : IconPin
          return (
            <div key={column.id} className={classes.columnRow}>
              <Checkbox
                size="xs"
                label={column.label}
                checked={layout.isVisible(column)}
                onChange={() => layout.toggleVisible(column)}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-pressed={isPinned}
                aria-label={`Pin ${column.label}`}
                onClick={() => layout.togglePinned(column)}
              >
                <Pin size={13} />
              </ActionIcon>
            </div>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
