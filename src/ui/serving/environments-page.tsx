import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { Environment } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatBytes } from '../kit/format.ts'
import { ListPage } from '../kit/list-page.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { servingQueries } from './queries.ts'

const columns: readonly TableColumn<Environment>[] = [
  { id: 'name', label: 'Name', value: (row) => row.name, width: 170, isPinned: true },
  {
    id: 'python',
    label: 'Python',
    value: (row) => row.python,
    cell: (row) => <PythonVersion environment={row} />,
    width: 190,
  },
  {
    id: 'size',
    label: 'Size',
    value: (row) => row.sizeBytes,
    cell: (row) => formatBytes(row.sizeBytes),
    width: 100,
    grow: 0,
    isNumber: true,
  },
  { id: 'needed', label: 'Needed by', value: (row) => row.neededBy.join(', ') || 'nothing', width: 170 },
  { id: 'requirements', label: 'Requirements', value: (row) => row.requirements.join(', '), width: 260, grow: 3 },
  timeColumn('used', 'Last used', (row) => row.lastUsedAt),
  {
    id: 'act',
    label: 'Action',
    value: () => undefined,
    cell: (row) => (row.neededBy.length > 0 ? null : <Remove name={row.name} />),
    width: 110,
    grow: 0,
  },
]

function PythonVersion({ environment: { python, wantedPython } }: { readonly environment: Environment }) {
  const minor = (version: string) => version.split('.').slice(0, 2).join('.')
  if (wantedPython === undefined || minor(wantedPython) === minor(python)) return <>{python}</>
  return (
    <>
      {python} <StatusBadge status={`instead of ${wantedPython}`} tone="warn" />
    </>
  )
}

function Remove({ name }: { readonly name: string }) {
  return (
    <ActButton
      label="Remove"
      isDangerous
      question="It is built again when a version needs it, which takes as long as pip takes."
      act={() => client.environments.remove({ name })}
      done={({ freedBytes }) => `${formatBytes(freedBytes)} are free.`}
    />
  )
}

/** Python environments of the host that answers: what they take, and who needs them. */
export function Page() {
  return (
    <ListPage
      title="Python environments"
      name="environments"
      query={useQuery(servingQueries.environments())}
      columns={columns}
      rowKey={(row) => row.name}
      empty={
        <EmptyState title="No environment was built" commands={['slipway deploy churn churn/1']}>
          The first deployment of a Python model builds what its requirements ask for. It is kept for every later one
          with the same requirements.
        </EmptyState>
      }
    />
  )
}
