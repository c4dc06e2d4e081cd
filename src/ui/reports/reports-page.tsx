import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../ground/client.ts'
import type { ReportFacts } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { reportPath } from './paths.ts'
import { reportQueries } from './queries.ts'

const columns: readonly TableColumn<ReportFacts>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={reportPath(row.id)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 320,
    grow: 2,
    isPinned: true,
  },
  { id: 'createdBy', label: 'Written by', value: (row) => row.createdBy, width: 130 },
  { id: 'updatedBy', label: 'Changed by', value: (row) => row.updatedBy, width: 130 },
  { id: 'revision', label: 'Revision', value: (row) => row.revision, width: 100, grow: 0, isNumber: true },
  {
    id: 'updatedAt',
    label: 'Changed',
    value: (row) => row.updatedAt,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    width: 120,
    grow: 0,
    isNumber: true,
  },
]

export function Page() {
  const navigate = useNavigate()
  return (
    <ListPage
      title="Reports"
      name="reports"
      actions={
        <ActButton
          label="New report"
          icon={<IconPlus size={14} />}
          isPrimary
          act={() => client.reports.create({ name: 'Untitled report' })}
          done="The report is there."
          onDone={({ id }) => void navigate({ href: `${reportPath(id)}?mode=edit` })}
        />
      }
      query={useQuery(reportQueries.reports())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => reportPath(row.id)}
      defaultSort="-updatedAt"
      empty={
        <EmptyState title="No reports yet">
          A report mixes text with charts and tables of runs that stay current: what was tried, what came out, what is
          next. Its address shows it to everyone.
        </EmptyState>
      }
    />
  )
}
