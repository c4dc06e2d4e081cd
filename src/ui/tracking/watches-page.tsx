import { useQuery } from '@tanstack/react-query'
import type { Watch } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatNumber } from '../kit/format.ts'
import { ListPage } from '../kit/list-page.tsx'
import { useParam } from '../kit/param.ts'
import { timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { trackingQueries } from './queries.ts'

const columns: readonly TableColumn<Watch>[] = [
  { id: 'name', label: 'Name', value: (row) => row.name, width: 200, isPinned: true },
  { id: 'metric', label: 'Metric', value: (row) => row.metric, width: 200 },
  { id: 'rule', label: 'Raises an alert', value: ({ rule }) => ruleText(rule), width: 320, grow: 3 },
  timeColumn('created', 'Set', (row) => row.createdAt),
  { id: 'id', label: 'Id', value: (row) => row.id, width: 260, isHidden: true },
]

/** The watches of an experiment: what its runs' metrics must not do. */
export function Page() {
  const experiment = useParam('experiment')
  return (
    <ListPage
      title={`Watches of ${experiment}`}
      name="watches"
      query={useQuery(trackingQueries.watches(experiment))}
      columns={columns}
      rowKey={(row) => row.id}
      defaultSort="name"
      empty={
        <EmptyState
          title="Nothing is watched"
          commands={[`slipway experiments watches set ${experiment} diverged --metric loss --not-finite`]}
        >
          A watch looks at one metric of every run of the experiment and raises an alert when it is not finite, passes a
          bound or stops getting better.
        </EmptyState>
      }
    />
  )
}

export function ruleText(rule: Watch['rule']): string {
  if (rule.kind === 'notFinite') return 'when it is not a finite number'
  if (rule.kind === 'plateau') return `when it is no better for ${rule.steps} steps (${rule.goal})`
  const bounds = [
    rule.above === undefined ? [] : [`above ${formatNumber(rule.above)}`],
    rule.below === undefined ? [] : [`below ${formatNumber(rule.below)}`],
  ]
  return `when it is ${bounds.flat().join(' or ')}`
}
