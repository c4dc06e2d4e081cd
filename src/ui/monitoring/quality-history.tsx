import { LineChart } from '../kit/charts/line-chart.tsx'
import { formatNumber, formatPercent } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import type { HistoryProps } from './drift-history.tsx'

/** The watched metric over time with the bound below (or above) which a window is unhealthy, and how many labels there were. */
export function QualityHistory({ monitor, windows }: HistoryProps) {
  const inTime = [...windows].reverse()
  const last = inTime.at(-1)?.quality
  const points = inTime.flatMap(({ to, quality }) =>
    quality?.value === undefined ? [] : [[to, quality.value] as const],
  )
  const marks = [
    ...(last?.baseline === undefined ? [] : [{ y: last.baseline, label: 'baseline' }]),
    ...(last?.bound === undefined ? [] : [{ y: last.bound, label: 'bound' }]),
  ]
  return (
    <Panel
      title={monitor.metric}
      note={
        last === undefined
          ? undefined
          : `${last.labeledRows} labels, ${formatPercent(last.coverage)} of the newest window`
      }
    >
      <LineChart
        label={`${monitor.metric} by window`}
        xKind="time"
        series={[{ label: monitor.metric, points }]}
        marks={marks}
        format={formatNumber}
      />
    </Panel>
  )
}
