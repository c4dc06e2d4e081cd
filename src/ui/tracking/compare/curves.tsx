import { Group, Select, Slider, Switch } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { Run } from '../../app/wire.ts'
import { LineChart } from '../../kit/charts/line-chart.tsx'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { trackingQueries } from '../queries.ts'

/** More lines than these cannot be told apart. */
const most = 30

/** One metric of every run over its steps. */
export function CompareCurves({ runs }: { readonly runs: readonly Run[] }) {
  const keys = keysOf(runs)
  const [key, setKey] = useUrlState('metric', keys[0] ?? '')
  const [smoothing, setSmoothing] = useUrlState('smooth', '0')
  const [scale, setScale] = useUrlState('scale', 'linear')
  if (keys.length === 0) return <EmptyState title="These runs logged no metric" isCompact />
  return (
    <Panel note={runs.length > most ? `the first ${most} of ${runs.length} runs` : undefined}>
      <Group gap="xl" mb="md" align="end">
        <Select label="Metric" data={keys} value={key} onChange={(value) => setKey(value ?? '')} searchable />
        <div style={{ width: 160 }}>
          <span style={{ fontSize: 13 }}>Smoothing</span>
          <Slider
            size="sm"
            min={0}
            max={0.99}
            step={0.01}
            value={Number(smoothing)}
            onChange={(value) => setSmoothing(String(value))}
            thumbLabel="Smoothing"
          />
        </div>
        <Switch
          size="xs"
          label="Log axis"
          checked={scale === 'log'}
          onChange={(event) => setScale(event.currentTarget.checked ? 'log' : 'linear')}
        />
      </Group>
      <Overlay runs={runs.slice(0, most)} metric={key} smoothing={Number(smoothing)} isLog={scale === 'log'} />
    </Panel>
  )
}

interface OverlayProps {
  readonly runs: readonly Run[]
  readonly metric: string
  readonly smoothing: number
  readonly isLog: boolean
}

function Overlay({ runs, metric, smoothing, isLog }: OverlayProps) {
  const having = runs.map((run, color) => ({ run, color })).filter(({ run }) => hasMetric(run, metric))
  const charts = useQueries({ queries: having.map(({ run }) => trackingQueries.chart(run.id, metric)) })
  const series = having.map(({ run, color }, index) => ({
    label: run.name,
    color,
    points: (charts[index]?.data?.points ?? [])
      .map(({ step, value }) => [step, Number(value)] as const)
      // A logarithm has no place for what is not above zero.
      .filter(([, value]) => !isLog || value > 0),
  }))
  return (
    <LineChart
      label={`${metric} of ${having.length} runs by step`}
      xKind="step"
      series={series}
      smoothing={smoothing}
      isLog={isLog}
      height={420}
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
