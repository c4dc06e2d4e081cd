import { Group, Select } from '@mantine/core'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { ScatterChart } from '../../kit/charts/scatter-chart.tsx'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { type Field, fieldValue, mostShared } from './fields.ts'

/** Two numbers of each run against each other. */
export function CompareScatter({ runs, fields }: { readonly runs: readonly Run[]; readonly fields: readonly Field[] }) {
  const numbers = fields.filter((field) => field.isNumber)
  const shared = mostShared(runs, numbers)
  const [x, setX] = useUrlState('x', shared?.x ?? '')
  const [y, setY] = useUrlState('y', shared?.y ?? '')
  const points = useMemo(
    () =>
      runs.flatMap((run, color) => {
        const [atX, atY] = [fieldValue(run, x), fieldValue(run, y)]
        return typeof atX === 'number' && typeof atY === 'number' ? [{ label: run.name, color, x: atX, y: atY }] : []
      }),
    [runs, x, y],
  )
  if (shared === undefined) return <EmptyState title="These runs have no numbers to draw" isCompact />
  const data = numbers.map(({ id, label, kind }) => ({ value: id, label: `${label} (${kind})` }))
  const nameOf = (id: string) => numbers.find((field) => field.id === id)?.label ?? id
  return (
    <Panel note={`${points.length} of ${runs.length} runs have both`}>
      <Group mb="md">
        <Select label="Across" data={data} value={x} onChange={(value) => setX(value ?? '')} searchable />
        <Select label="Up" data={data} value={y} onChange={(value) => setY(value ?? '')} searchable />
      </Group>
      {points.length === 0 ? (
        <EmptyState title="No run has both" isCompact />
      ) : (
        <ScatterChart label={`${nameOf(y)} by ${nameOf(x)}`} xLabel={nameOf(x)} yLabel={nameOf(y)} points={points} />
      )}
    </Panel>
  )
}
