import uPlot from 'uplot'
import { formatNumber } from '../format.ts'
import type { LineChartProps, LineSeries } from './line-chart.tsx'
import { smooth } from './smooth.ts'
import type { ThemeColors } from './theme-colors.ts'

/** Series with different x on one axis: gaps are null. With smoothing every series appears twice, raw first. */
export function plotData(series: readonly LineSeries[], smoothing: number): uPlot.AlignedData {
  const tables = series.map(({ points }): uPlot.AlignedData => {
    const xs = points.map(([x]) => x)
    const ys = points.map(([, y]) => (Number.isFinite(y) ? y : null))
    return smoothing > 0 ? [xs, ys, smooth(ys, smoothing)] : [xs, ys]
  })
  return tables.length === 1 && tables[0] !== undefined ? tables[0] : uPlot.join(tables)
}

export function plotOptions(
  props: LineChartProps & { readonly height: number },
  width: number,
  colors: ThemeColors,
): uPlot.Options {
  const format = props.format ?? formatNumber
  return {
    width,
    // uPlot's height excludes its legend line.
    height: props.height - 26,
    series: [xSeries(props.xKind), ...ySeries(props, colors, format)],
    scales: { x: { time: props.xKind === 'time' }, y: yScale(props) },
    axes: [
      axis(colors),
      { ...axis(colors), size: 56, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : format(tick))) },
    ],
    ms: 1,
    legend: { live: true },
    cursor: { points: { size: 6 }, focus: { prox: 24 }, drag: { x: true, y: false } },
    focus: { alpha: 0.35 },
    hooks: { draw: [(plot) => drawMarks(plot, props.marks ?? [], colors)] },
  }
}

function xSeries(kind: LineChartProps['xKind']): uPlot.Series {
  return kind === 'step' ? { label: 'step' } : { label: 'at', value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' }
}

function ySeries(props: LineChartProps, colors: ThemeColors, format: (value: number) => string): uPlot.Series[] {
  return props.series.flatMap((series, index) => {
    const stroke = colors.series[(series.color ?? index) % colors.series.length] ?? colors.ink
    const value = (_plot: uPlot, raw: number | null) => (raw === null || raw === undefined ? '–' : format(raw))
    const line: uPlot.Series = {
      label: series.label,
      stroke,
      width: 1.75,
      value,
      spanGaps: true,
      points: pointsOf(series),
    }
    if ((props.smoothing ?? 0) <= 0) return [line]
    return [{ ...line, label: `${series.label} raw`, stroke: `${stroke}55`, width: 1, points: { show: false } }, line]
  })
}

/** Few points are shown as points, so that a metric of one value is visible at all. */
function pointsOf(series: LineSeries): uPlot.Series.Points {
  return { show: series.points.length <= 40, size: 5 }
}

function yScale({ isLog, hasZero, marks = [] }: LineChartProps): uPlot.Scale {
  if (isLog) return { distr: 3 }
  return {
    range: (_plot, low, high) => {
      const values = [low ?? 0, high ?? 1, ...marks.map(({ y }) => y)]
      const [min, max] = [Math.min(...values), Math.max(...values)]
      const room = max === min ? Math.abs(max) * 0.1 || 1 : (max - min) * 0.08
      return [hasZero && min >= 0 ? 0 : min - room, max + room]
    },
  }
}

function axis(colors: ThemeColors): uPlot.Axis {
  const line = { stroke: colors.line, width: 1 }
  return {
    stroke: colors.muted,
    grid: line,
    ticks: { ...line, size: 4 },
    font: '11.5px "IBM Plex Sans", sans-serif',
    gap: 4,
  }
}

function drawMarks(plot: uPlot, marks: LineChartProps['marks'], colors: ThemeColors): void {
  const { ctx, bbox } = plot
  for (const { y, label } of marks ?? []) {
    const top = plot.valToPos(y, 'y', true)
    ctx.save()
    ctx.strokeStyle = colors.muted
    ctx.fillStyle = colors.muted
    ctx.setLineDash([5, 4])
    ctx.beginPath()
    ctx.moveTo(bbox.left, top)
    ctx.lineTo(bbox.left + bbox.width, top)
    ctx.stroke()
    ctx.font = `${11 * devicePixelRatio}px "IBM Plex Sans", sans-serif`
    ctx.textAlign = 'right'
    ctx.fillText(label, bbox.left + bbox.width - 4, top - 4)
    ctx.restore()
  }
}
