import { useInViewport } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MetricSummary, Run } from '../../ground/wire.ts'
import { LineChart } from '../../kit/charts/line-chart.tsx'
import { formatNumber } from '../../kit/format.ts'
import { Panel } from '../../kit/panel.tsx'
import { type ChartPart, trackingQueries } from '../queries.ts'
import { type ChartLook, curveOf, stepsOf, xOf } from './chart-look.ts'

export interface MetricChartProps {
  readonly run: Run
  readonly metric: MetricSummary
  readonly look: ChartLook
}

const height = 220

/** One metric of a run. Fetched when it comes into view; a zoom asks for the part again, in full. */
export function MetricChart(props: MetricChartProps) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>()
  const [wasSeen, setWasSeen] = useState(false)
  if (inViewport && !wasSeen) setWasSeen(true)
  const { metric } = props
  return (
    <div ref={ref}>
      <Panel title={metric.key} note={`latest ${formatNumber(Number(metric.value))}`}>
        {wasSeen ? <Curve {...props} /> : <div style={{ height }} />}
      </Panel>
    </div>
  )
}

function Curve({ run, metric, look }: MetricChartProps) {
  const [part, setPart] = useState<ChartPart>({})
  const isLive = run.status === 'RUNNING'
  const { data } = useQuery(trackingQueries.chart(run.id, metric.key, { ...part, isLive }))
  const points = data?.points ?? []
  const { xKind } = look
  return (
    <LineChart
      key={xKind}
      label={`${metric.key} by ${xKind === 'duration' ? 'relative time' : xKind}`}
      xKind={xKind}
      series={[{ label: metric.key, points: curveOf(points, look, run.startedAt) }]}
      smoothing={look.smoothing}
      isLogX={look.isLogX}
      isLog={look.isLogY && Number(metric.max) > 0}
      height={height}
      syncKey={`${run.id} ${xKind}`}
      onZoom={(range) =>
        setPart(
          range === undefined ? {} : (stepsOf(points, range, (point) => xOf(point, xKind, run.startedAt)) ?? part),
        )
      }
    />
  )
}
