import { Group, Select } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import type { Run } from '../../ground/wire.ts'
import { LineChart } from '../../kit/charts/line-chart.tsx'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { ChartControls } from '../charts/chart-controls.tsx'
import { type ChartLook, curveOf, useChartLook } from '../charts/chart-look.ts'
import { type ChartPart, trackingQueries } from '../queries.ts'

/** More lines than these cannot be told apart. */
const most = 30

/** One metric of every run over its steps or its time. */
export function CompareCurves({ runs }: { readonly runs: readonly Run[] }) {
  const keys = keysOf(runs)
  const [key, setKey] = useUrlState('metric', keys[0] ?? '')
  const state = useChartLook()
  if (keys.length === 0) return <EmptyState title="These runs logged no metric" isCompact />
  return (
    <Panel note={runs.length > most ? `the first ${most} of ${runs.length} runs` : undefined}>
      <Group gap="xl" mb="md" align="end">
        <Select label="Metric" data={keys} value={key} onChange={(value) => setKey(value ?? '')} searchable />
        <ChartControls {...state} />
      </Group>
      <CurveOverlay runs={runs.slice(0, most)} metric={key} look={state.look} />
    </Panel>
  )
}

export interface CurveOverlayProps {
  readonly runs: readonly Run[]
  readonly metric: string
  readonly look: ChartLook
}

/** One metric of several runs in one chart. */
export function CurveOverlay({ runs, metric, look }: CurveOverlayProps) {
  const [part, setPart] = useState<ChartPart>({})
  const having = runs.map((run, color) => ({ run, color })).filter(({ run }) => hasMetric(run, metric))
  const charts = useQueries({
    queries: having.map(({ run }) =>
      trackingQueries.chart(run.id, metric, { ...part, isLive: run.status === 'RUNNING' }),
    ),
  })
  const series = having.map(({ run, color }, index) => ({
    label: run.name,
    color,
    points: curveOf(charts[index]?.data?.points ?? [], look, run.startedAt),
  }))
  // Runs share their steps but not their times: only a part of the steps can be asked for from all of them.
  const zoom = (range?: { readonly from: number; readonly to: number }) =>
    setPart(range === undefined ? {} : { fromStep: Math.floor(range.from) - 1, toStep: Math.ceil(range.to) + 1 })
  return (
    <LineChart
      key={`${metric} ${look.xKind}`}
      label={`${metric} of ${having.length} runs by ${look.xKind === 'duration' ? 'relative time' : look.xKind}`}
      xKind={look.xKind}
      series={series}
      smoothing={look.smoothing}
      isLogX={look.isLogX}
      isLog={look.isLogY}
      height={420}
      {...(look.xKind === 'step' ? { onZoom: zoom } : {})}
    />
  )
}

const hasMetric = (run: Run, metric: string) => run.metrics.some(({ key }) => key === metric)

/** The metrics of the runs: those with several steps first, then those that most runs have. */
function keysOf(runs: readonly Run[]): readonly string[] {
  const weights = new Map<string, number>()
  for (const { metrics } of runs) {
    for (const { key, step } of metrics) weights.set(key, (weights.get(key) ?? 0) + (step > 0 ? 1000 : 1))
  }
  return [...weights].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([key]) => key)
}
