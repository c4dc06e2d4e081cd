import { Group, SimpleGrid, Slider, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { MetricSummary, Run } from '../app/wire.ts'
import { LineChart } from '../kit/charts/line-chart.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatNumber } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { trackingQueries } from './queries.ts'

/** The metrics of a run: single values as tiles, series as charts that grow while the run trains. */
export function RunMetrics({ run }: { readonly run: Run }) {
  const [smoothing, setSmoothing] = useUrlState('smooth', '0')
  const [scale, setScale] = useUrlState('scale', 'linear')
  if (run.metrics.length === 0) {
    return (
      <EmptyState title="No metrics yet" code={['mlflow.log_metric("loss", loss, step=step)']} isCompact>
        What the run logs appears here as it arrives.
      </EmptyState>
    )
  }
  const series = run.metrics.filter((metric) => metric.min !== metric.max || metric.step > 0)
  const single = run.metrics.filter((metric) => !series.includes(metric))
  return (
    <>
      {single.length === 0 ? null : (
        <StatRow>
          {single.map((metric) => (
            <StatTile key={metric.key} label={metric.key} value={formatNumber(Number(metric.value))} />
          ))}
        </StatRow>
      )}
      {series.length === 0 ? null : (
        <>
          <Group gap="xl" my="md">
            <Group gap="sm">
              <span style={{ fontSize: 13 }}>Smoothing</span>
              <Slider
                w={160}
                size="sm"
                min={0}
                max={0.99}
                step={0.01}
                value={Number(smoothing)}
                onChange={(value) => setSmoothing(String(value))}
                thumbLabel="Smoothing"
                label={(value) => value.toFixed(2)}
              />
            </Group>
            <Switch
              size="xs"
              label="Log axis"
              checked={scale === 'log'}
              onChange={(event) => setScale(event.currentTarget.checked ? 'log' : 'linear')}
            />
          </Group>
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="sm">
            {series.map((metric) => (
              <MetricChart
                key={metric.key}
                runId={run.id}
                metric={metric}
                smoothing={Number(smoothing)}
                isLog={scale === 'log' && Number(metric.min) > 0}
              />
            ))}
          </SimpleGrid>
        </>
      )}
    </>
  )
}

interface MetricChartProps {
  readonly runId: string
  readonly metric: MetricSummary
  readonly smoothing: number
  readonly isLog: boolean
}

function MetricChart({ runId, metric, smoothing, isLog }: MetricChartProps) {
  const { data } = useQuery(trackingQueries.chart(runId, metric.key))
  const points = (data?.points ?? []).map(({ step, value }) => [step, Number(value)] as const)
  return (
    <Panel title={metric.key} note={`latest ${formatNumber(Number(metric.value))}`}>
      <LineChart
        label={`${metric.key} by step`}
        xKind="step"
        series={[{ label: metric.key, points }]}
        smoothing={smoothing}
        isLog={isLog}
      />
    </Panel>
  )
}
