import { useQuery } from '@tanstack/react-query'
import type { EvaluationCase } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { experimentPath, experimentsPath } from '../tracking/paths.ts'
import { evaluationsPath } from './paths.ts'
import { evaluationQueries } from './queries.ts'

export function Page() {
  const id = useParam('set')
  const query = useQuery(evaluationQueries.set(id))
  const cases = useQuery(evaluationQueries.cases(id))
  return (
    <Loaded query={query} what="this evaluation set" skeleton={<PageSkeleton />}>
      {(set) => (
        <PageFrame
          title={set.name}
          crumbs={[
            { label: 'Experiments', to: experimentsPath() },
            { label: 'Evaluation sets', to: evaluationsPath() },
          ]}
          badges={<EntityId id={set.id} to={null} />}
        >
          <Panel>
            <KeyValues
              isWide
              items={[
                { label: 'Cases', value: String(set.recordCount) },
                { label: 'Created', value: <RelativeTime at={set.createdAt} /> },
                { label: 'Updated', value: <RelativeTime at={set.updatedAt} /> },
                { label: 'By', value: set.createdBy },
                ...set.experimentIds.map((experiment) => ({
                  label: 'Experiment',
                  value: <EntityId id={experiment} to={experimentPath(experiment)} />,
                })),
                ...Object.entries(set.tags).map(([label, value]) => ({ label, value })),
              ]}
            />
          </Panel>
          <Panel isFlush>
            <Loaded query={cases} what="the cases">
              {({ items }) => (
                <DataTable
                  name="cases"
                  rows={items}
                  columns={columnsOf(items)}
                  rowKey={(row) => row.id}
                  height={560}
                  total={set.recordCount}
                  isMain
                />
              )}
            </Loaded>
          </Panel>
        </PageFrame>
      )}
    </Loaded>
  )
}

/** A column for each field that the cases have. */
function columnsOf(cases: readonly EvaluationCase[]): readonly TableColumn<EvaluationCase>[] {
  const fields = (of: (row: EvaluationCase) => unknown) => [
    ...new Set(cases.flatMap((row) => (isRecord(of(row)) ? Object.keys(of(row) as object) : []))),
  ]
  const column = (kind: 'inputs' | 'expectations', key: string): TableColumn<EvaluationCase> => ({
    id: `${kind}.${key}`,
    label: kind === 'inputs' ? key : `expected ${key}`,
    value: (row) => textOf(row[kind]?.[key]),
    width: 220,
  })
  return [
    ...fields((row) => row.inputs).map((key) => column('inputs', key)),
    ...fields((row) => row.expectations).map((key) => column('expectations', key)),
    { id: 'outputs', label: 'Outputs', value: (row) => textOf(row.outputs), width: 200 },
    { id: 'source', label: 'Source', value: (row) => textOf(row.source), width: 160, isHidden: true },
    {
      id: 'updatedAt',
      label: 'Updated',
      value: (row) => row.updatedAt,
      cell: (row) => <RelativeTime at={row.updatedAt} />,
      width: 120,
      grow: 0,
      isNumber: true,
    },
  ]
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}
