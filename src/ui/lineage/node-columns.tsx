import type { LineageNode } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { words } from '../kit/status-badge.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'

export const nodeColumns: readonly TableColumn<LineageNode>[] = [
  { id: 'kind', label: 'What', value: (row) => words(row.kind), width: 130, grow: 0 },
  {
    id: 'label',
    label: 'Name',
    value: (row) => row.label,
    cell: (row) => <strong>{row.label}</strong>,
    width: 220,
    grow: 2,
  },
  { id: 'facts', label: 'Details', value: factText, width: 260, grow: 3 },
  { id: 'id', label: 'Id', value: (row) => row.id, cell: (row) => <EntityId id={row.id} />, width: 170, grow: 0 },
  {
    id: 'at',
    label: 'When',
    value: (row) => row.at,
    cell: (row) => <RelativeTime at={row.at} />,
    width: 116,
    grow: 0,
    isNumber: true,
  },
]

function factText({ facts }: LineageNode): string {
  return Object.entries(facts)
    .map(([key, value]) => `${words(key)} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
