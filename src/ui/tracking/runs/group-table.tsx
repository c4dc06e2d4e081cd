import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import type { RunGroup } from '../../ground/wire.ts'
import { formatNumber } from '../../kit/format.ts'
import { DataTable } from '../../kit/table/data-table.tsx'
import type { TableColumn } from '../../kit/table/table-column.ts'
import { type RunScope, trackingQueries } from '../queries.ts'
import { fieldText, narrowed, quoted } from './logged-columns.ts'

export interface GroupTableProps {
  readonly scope: RunScope
  readonly by: string
  readonly metrics: readonly string[]
  readonly toolbar: ReactNode
}

/** All runs that match, by a value they share: how many, and the mean and range of each shown metric. */
export function GroupTable({ scope, by, metrics, toolbar }: GroupTableProps) {
  const { data } = useQuery(trackingQueries.groups(scope, by, metrics.slice(0, 50)))
  const columns = useMemo(() => columnsOf(scope.filter, by, metrics), [scope.filter, by, metrics])
  return (
    <DataTable
      name="groups"
      rows={data?.items ?? []}
      columns={columns}
      rowKey={(row) => row.value ?? ''}
      urlPrefix="g"
      defaultSort="-count"
      toolbar={toolbar}
    />
  )
}

function columnsOf(filter: string, by: string, metrics: readonly string[]): readonly TableColumn<RunGroup>[] {
  return [
    {
      id: 'value',
      label: by,
      value: (row) => row.value,
      cell: (row) => <GroupLink filter={filter} by={by} row={row} />,
      width: 220,
      isPinned: true,
    },
    { id: 'count', label: 'Runs', value: (row) => row.count, width: 90, grow: 0, isNumber: true },
    ...metrics.map((key): TableColumn<RunGroup> => {
      const of = (row: RunGroup) => row.metrics.find((metric) => metric.key === key)
      return {
        id: `metrics.${key}`,
        label: key,
        hint: `Mean of ${key}, with the smallest and largest latest value`,
        value: (row) => {
          const found = of(row)
          return found === undefined ? undefined : Number(found.mean)
        },
        cell: (row) => {
          const found = of(row)
          if (found === undefined) return null
          const [mean, min, max] = [found.mean, found.min, found.max].map((value) => formatNumber(Number(value)))
          return (
            <span title={`${found.count} runs`}>
              {mean} <span style={{ color: 'var(--sl-ink-3)' }}>{`${min} … ${max}`}</span>
            </span>
          )
        },
        width: 190,
        isNumber: true,
      }
    }),
  ]
}

/** Opens the runs of the group: the filter narrows to them and the grouping ends. */
function GroupLink({ filter, by, row }: { readonly filter: string; readonly by: string; readonly row: RunGroup }) {
  const navigate = useNavigate()
  const field = fieldText(by)
  const condition = row.value === undefined ? `${field} IS NULL` : `${field} = ${quoted(row.value)}`
  const open = () =>
    void navigate({
      to: '.',
      search: (previous: Record<string, unknown>) => ({
        ...previous,
        group: undefined,
        filter: narrowed(filter, condition),
      }),
      resetScroll: false,
    })
  return (
    <Anchor component="button" type="button" onClick={open} fw={600} fz="inherit" c="inherit">
      {row.value === undefined ? 'without it' : row.value === '' ? 'empty' : row.value}
    </Anchor>
  )
}
