import { useQuery } from '@tanstack/react-query'
import type { EvaluationSet } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { evaluationPath } from './paths.ts'
import { evaluationQueries } from './queries.ts'

const time = (id: 'createdAt' | 'updatedAt', label: string): TableColumn<EvaluationSet> => ({
  id,
  label,
  value: (row) => row[id],
  cell: (row) => <RelativeTime at={row[id]} />,
  width: 120,
  grow: 0,
  isNumber: true,
})

const columns: readonly TableColumn<EvaluationSet>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={evaluationPath(row.id)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 260,
    isPinned: true,
  },
  { id: 'cases', label: 'Cases', value: (row) => row.recordCount, width: 90, grow: 0, isNumber: true },
  { id: 'inputs', label: 'Inputs', value: (row) => Object.keys(row.fields?.inputs ?? {}).join(', '), width: 200 },
  {
    id: 'expectations',
    label: 'Expectations',
    value: (row) => Object.keys(row.fields?.expectations ?? {}).join(', '),
    width: 200,
  },
  { id: 'createdBy', label: 'By', value: (row) => row.createdBy, width: 110, grow: 0 },
  time('createdAt', 'Created'),
  time('updatedAt', 'Updated'),
]

export function Page() {
  return (
    <ListPage
      title="Evaluation sets"
      name="evaluation sets"
      query={useQuery(evaluationQueries.sets())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => evaluationPath(row.id)}
      defaultSort="-updatedAt"
      empty={
        <EmptyState
          title="No evaluation sets yet"
          code={['mlflow.genai.datasets.create_dataset("questions").merge_records(cases)']}
        >
          Cases to evaluate an application with: what goes in, and what is expected to come out.
        </EmptyState>
      }
    />
  )
}
