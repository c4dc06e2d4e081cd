import { useRecentEvents } from '../ground/recent-events.ts'
import { eventSentence, type ServerEvent } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { eventTo } from './event-list.ts'

const columns: readonly TableColumn<ServerEvent>[] = [
  {
    id: 'at',
    label: 'When',
    value: (row) => row.at,
    cell: (row) => <RelativeTime at={row.at} />,
    width: 110,
    grow: 0,
    isNumber: true,
  },
  { id: 'what', label: 'What happened', value: eventSentence, width: 420, grow: 5 },
  {
    id: 'subject',
    label: 'About',
    value: (row) => row.subject,
    cell: (row) => <EntityId id={row.subject} to={eventTo(row)} isPlain />,
    width: 140,
  },
  {
    id: 'type',
    label: 'Event',
    value: (row) => row.type,
    cell: (row) => <code style={{ fontSize: 12 }}>{row.type}</code>,
    width: 240,
    grow: 0,
  },
  { id: 'seq', label: 'Number', value: (row) => row.seq, width: 86, grow: 0, isNumber: true },
]

/** What happens on the server, as it happens; the list grows by itself. */
export function EventTable() {
  const events = useRecentEvents()
  if (events.length === 0) {
    return (
      <EmptyState title="Nothing has happened yet" isCompact>
        Every act on this server, by people or by automation, becomes a line here.
      </EmptyState>
    )
  }
  return (
    <Panel isFlush>
      <DataTable
        name="events"
        rows={events}
        columns={columns}
        rowKey={(row) => String(row.seq)}
        rowTo={eventTo}
        height={680}
        isMain
      />
    </Panel>
  )
}
