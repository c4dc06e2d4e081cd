import { RelativeTime } from '../relative-time.tsx'
import { StatusBadge } from '../status-badge.tsx'
import type { TableColumn } from './table-column.ts'

/** Columns that many tables have, so that they look and behave alike in all of them. */

export function stateColumn<Row extends { readonly state: string }>(): TableColumn<Row> {
  return {
    id: 'state',
    label: 'State',
    value: (row) => row.state,
    cell: (row) => <StatusBadge status={row.state} />,
    width: 110,
    grow: 0,
  }
}

/** When something happened, as the time since then. */
export function timeColumn<Row>(id: string, label: string, at: (row: Row) => number): TableColumn<Row> {
  return { id, label, value: at, cell: (row) => <RelativeTime at={at(row)} />, width: 116, grow: 0, isNumber: true }
}
