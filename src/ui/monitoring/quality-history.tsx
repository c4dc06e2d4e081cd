import { useQueries } from '@tanstack/react-query'
import type { WindowEvaluation } from '../ground/wire.ts'
import { LineChart } from '../kit/charts/line-chart.tsx'
import type { LineSeries } from '../kit/charts/line-props.ts'
import { formatNumber, formatPercent, shortId } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import { registryQueries } from '../registry/index.ts'
import type { HistoryProps } from './drift-history.tsx'

/** The watched metric of each model version over time, with the newest baseline and the bound beyond which it is unhealthy. */
export function QualityHistory({ monitor, windows }: HistoryProps) {
  const ids = [...new Set(windows.map(({ modelVersionId }) => modelVersionId))].reverse()
  const versions = useQueries({ queries: ids.map((id) => registryQueries.version('-', id)) })
  const last = windows[0]?.quality
  const marks = [
    ...(last?.baseline === undefined ? [] : [{ y: last.baseline, label: 'baseline' }]),
    ...(last?.bound === undefined ? [] : [{ y: last.bound, label: 'bound' }]),
  ]
  const series = ids.map((id, index): LineSeries => {
    const version = versions[index]?.data
    return { label: version === undefined ? shortId(id) : `v${version.version}`, points: pointsOf(windows, id) }
  })
  return (
    <Panel
      title={monitor.metric}
      note={
        last === undefined
          ? undefined
          : `${last.labeledRows} labels, ${formatPercent(last.coverage)} of the newest window; baseline and bound of its version`
      }
    >
      <LineChart
        label={`${monitor.metric} by window and model version`}
        xKind="time"
        series={series}
        marks={marks}
        format={formatNumber}
      />
    </Panel>
  )
}

/** A version's windows in order of their time, whatever the order in which they were evaluated. */
function pointsOf(windows: readonly WindowEvaluation[], modelVersionId: string): LineSeries['points'] {
  return windows
    .filter((window) => window.modelVersionId === modelVersionId)
    .flatMap(({ to, quality }) => (quality?.value === undefined ? [] : [[to, quality.value] as const]))
    .sort(([a], [b]) => a - b)
}
