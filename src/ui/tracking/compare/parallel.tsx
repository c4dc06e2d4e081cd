import { MultiSelect } from '@mantine/core'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { ParallelChart } from '../../kit/charts/parallel-chart.tsx'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlList } from '../../kit/url-state.ts'
import { axesOf, type Field, linesOf, telling } from './fields.ts'

const atFirst = 8

/** One line per run through its parameters and metrics. */
export function CompareParallel({
  runs,
  fields,
}: {
  readonly runs: readonly Run[]
  readonly fields: readonly Field[]
}) {
  const [chosen, setChosen] = useUrlList('axes')
  const shown = useMemo(() => {
    const ids =
      chosen.length > 0
        ? chosen
        : telling(fields)
            .slice(0, atFirst)
            .map(({ id }) => id)
    return ids.flatMap((id) => fields.find((field) => field.id === id) ?? [])
  }, [chosen, fields])
  const axes = useMemo(() => axesOf(runs, shown), [runs, shown])
  const lines = useMemo(() => linesOf(runs, shown), [runs, shown])
  if (fields.length === 0) return <EmptyState title="These runs logged no parameter and no metric" isCompact />
  return (
    <Panel>
      <MultiSelect
        label="Axes"
        data={fields.map(({ id, label, kind }) => ({ value: id, label: `${label} (${kind})` }))}
        value={shown.map(({ id }) => id)}
        onChange={setChosen}
        searchable
        mb="md"
        maw={720}
      />
      <ParallelChart label="The runs by parameters and metrics" axes={axes} lines={lines} />
    </Panel>
  )
}
