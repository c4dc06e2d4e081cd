import { ActionIcon, Button, Checkbox, Menu, TextInput, Tooltip } from '@mantine/core'
import { IconColumns3, IconPin, IconPinFilled } from '@tabler/icons-react'
import { useState } from 'react'
import { formatCount } from '../format.ts'
import classes from './data-table.module.css'
import type { TableColumn } from './table-column.ts'
import type { TableLayout } from './table-layout.ts'

export interface ColumnMenuProps<Row> {
  readonly columns: readonly TableColumn<Row>[]
  readonly layout: TableLayout<Row>
}

/** More are found by typing. */
const mostListed = 60

/** Which columns show and which are pinned; with many of them, found by typing a part of the name. */
export function ColumnMenu<Row>({ columns, layout }: ColumnMenuProps<Row>) {
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const found = columns.filter(({ id, label }) => `${id} ${label}`.toLowerCase().includes(wanted))
  return (
    <Menu position="bottom-end" shadow="md" closeOnItemClick={false} trapFocus={false}>
      <Menu.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="default" size={30} aria-label="Columns">
            <IconColumns3 size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {columns.length <= 12 ? null : (
          <div className={classes.columnSearch}>
            <TextInput
              placeholder="Find a column"
              aria-label="Find a column"
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <Button variant="default" size="compact-xs" onClick={() => layout.setVisible(found, true)}>
              Show {formatCount(found.length)}
            </Button>
            <Button variant="default" size="compact-xs" onClick={() => layout.setVisible(hideable(found), false)}>
              Hide
            </Button>
          </div>
        )}
        {found.slice(0, mostListed).map((column) => (
          <ColumnRow key={column.id} column={column} layout={layout} />
        ))}
        {found.length <= mostListed ? null : (
          <Menu.Label>{formatCount(found.length - mostListed)} more: type to find them</Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** A table keeps the columns that it is read by. */
const hideable = <Row,>(columns: readonly TableColumn<Row>[]) => columns.filter(({ isPinned }) => !isPinned)

function ColumnRow<Row>({ column, layout }: { readonly column: TableColumn<Row>; readonly layout: TableLayout<Row> }) {
  const isPinned = layout.isPinned(column)
  const Pin = isPinned ? IconPinFilled : IconPin
  return (
    <div className={classes.columnRow}>
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
}
