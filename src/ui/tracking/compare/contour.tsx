import { Group, Select } from '@mantine/core'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { ContourChart } from '../../kit/charts/contour-chart.tsx'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import classes from './compare.module.css'
import { type Field, fieldValue, telling } from './fields.ts'
import { interpolate } from './interpolate.ts'

const cells = 60
const fewest = 3

/** A metric over two numbers of the runs: where it is high, and what lies between the runs if it changes evenly. */
export function CompareContour({ runs, fields }: { readonly runs: readonly Run[]; readonly fields: readonly Field[] }) {
  const numbers = fields.filter((field) => field.isNumber)
  const candidates = telling(numbers)
  const lastMetric = numbers.findLast(({ kind }) => kind === 'metric')
  const [z, setZ] = useUrlState('z', lastMetric?.id ?? '')
  const across = candidates.filter(({ id }) => id !== z)
  const [x, setX] = useUrlState('x', across[0]?.id ?? '')
  const [y, setY] = useUrlState('y', across[1]?.id ?? '')
  const points = useMemo(
    () =>
      runs.flatMap((run) => {
        const [atX, atY, atZ] = [x, y, z].map((id) => fieldValue(run, id))
        if (typeof atX !== 'number' || typeof atY !== 'number' || typeof atZ !== 'number') return []
        return [{ label: run.name, x: atX, y: atY, z: atZ }]
      }),
    [runs, x, y, z],
  )
  const field = useMemo(() => (points.length < fewest ? undefined : interpolate(points, cells)), [points])
  if (lastMetric === undefined || across.length < 2) {
    return <EmptyState title="These runs have no metric and two numbers that differ" isCompact />
  }
  const data = numbers.map(({ id, label, kind }) => ({ value: id, label: `${label} (${kind})` }))
  const nameOf = (id: string) => numbers.find((each) => each.id === id)?.label ?? id
  return (
    <Panel note={`${points.length} of ${runs.length} runs have all three`}>
      <Group mb="md">
        <Select label="Across" data={data} value={x} onChange={(value) => setX(value ?? '')} searchable />
        <Select label="Up" data={data} value={y} onChange={(value) => setY(value ?? '')} searchable />
        <Select label="Color" data={data} value={z} onChange={(value) => setZ(value ?? '')} searchable />
      </Group>
      {field === undefined ? (
        <EmptyState title={`At least ${fewest} runs must have all three`} isCompact />
      ) : (
        <ContourChart
          label={`${nameOf(z)} over ${nameOf(x)} and ${nameOf(y)}`}
          xLabel={nameOf(x)}
          yLabel={nameOf(y)}
          zLabel={nameOf(z)}
          cells={field.values}
          size={field.size}
          x={field.x}
          y={field.y}
          points={points}
        />
      )}
      <p className={classes.note}>
        Between the runs the color is a guess: their values weighted by the inverse square of the distance. Runs that
        differ in more than these two make it a rough one.
      </p>
    </Panel>
  )
}
