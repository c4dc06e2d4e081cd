import { Select } from '@mantine/core'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { BarChart } from '../../kit/charts/bar-chart.tsx'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { type Field, fieldValue } from './fields.ts'

/** The latest value of one metric for each run, largest first. */
export function CompareBars({ runs, fields }: { readonly runs: readonly Run[]; readonly fields: readonly Field[] }) {
  const metrics = fields.filter(({ kind }) => kind === 'metric')
  const [metric, setMetric] = useUrlState('target', metrics[0]?.id ?? '')
  const bars = useMemo(
    () =>
      runs
        .flatMap((run) => {
          const value = fieldValue(run, metric)
          return typeof value === 'number' ? [{ name: run.name, value }] : []
        })
        .sort((a, b) => b.value - a.value),
    [runs, metric],
  )
  if (metrics.length === 0) return <EmptyState title="These runs logged no metric" isCompact />
  const label = metrics.find(({ id }) => id === metric)?.label ?? metric
  return (
    <Panel note={`${bars.length} of ${runs.length} runs have it`}>
      <Select
        label="Metric"
        data={metrics.map((field) => ({ value: field.id, label: field.label }))}
        value={metric}
        onChange={(value) => setMetric(value ?? '')}
        searchable
        w={260}
        mb="md"
      />
      <BarChart
        label={`${label} of each run`}
        categories={bars.map(({ name }) => name)}
        series={[{ label, values: bars.map(({ value }) => value) }]}
        height={360}
      />
    </Panel>
  )
}
