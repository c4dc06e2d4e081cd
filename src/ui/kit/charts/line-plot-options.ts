import uPlot from 'uplot'
import { formatDuration, formatNumber } from '../format.ts'
import type { LineChartProps, LineSeries } from './line-props.ts'
import { smooth } from './smooth.ts'
import type { ThemeColors } from './theme-colors.ts'

/** Series with different x on one axis: gaps are null. With smoothing every series appears twice, raw first. */
export function plotData(given: readonly LineSeries[], smoothing: number, isLogX = false): uPlot.AlignedData {
  const series = isLogX ? given.map(({ points }) => ({ points: points.filter(([x]) => x > 0) })) : given
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
    padding: [10, 20, 0, 0],
    scales: { x: xScale(props), y: yScale(props) },
    axes: [
      xAxis(props.xKind, colors),
      { ...axis(colors), size: 56, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : format(tick))) },
    ],
    ms: 1,
    legend: {
      live: true,
      markers: {
        width: 0,
        fill: (_plot, index) => colorOf(props, Math.floor((index - 1) / linesPerSeries(props)), colors),
      },
    },
    cursor: {
      points: { size: 6 },
      focus: { prox: 24 },
      drag: { x: true, y: false },
      ...(props.syncKey === undefined ? {} : { sync: { key: props.syncKey, scales: ['x', null], setSeries: false } }),
    },
    focus: { alpha: 0.35 },
    hooks: { draw: [(plot) => drawMarks(plot, props.marks ?? [], colors)], ...zoomHooks(props) },
  }
}

/** A drag picks a part, a double click goes back to the whole. */
function zoomHooks({ onZoom }: LineChartProps): Pick<uPlot.Hooks.Arrays, 'setSelect' | 'init'> {
  if (onZoom === undefined) return {}
  return {
    setSelect: [
      ({ select, posToVal }) => {
        if (select.width > 0)
          onZoom({ from: posToVal(select.left, 'x'), to: posToVal(select.left + select.width, 'x') })
      },
    ],
    init: [(plot) => plot.over.addEventListener('dblclick', () => onZoom(undefined))],
  }
}

function xSeries(kind: LineChartProps['xKind']): uPlot.Series {
  if (kind === 'step') return { label: 'step' }
  if (kind === 'duration') return { label: 'after', value: (_plot, at) => (at === null ? '–' : formatDuration(at)) }
  return { label: 'at', value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' }
}

function ySeries(props: LineChartProps, colors: ThemeColors, format: (value: number) => string): uPlot.Series[] {
  return props.series.flatMap((series, index) => {
    const stroke = colorOf(props, index, colors)
    const value = (_plot: uPlot, raw: number | null) => (raw === null || raw === undefined ? '–' : format(raw))
    const line: uPlot.Series = {
      label: series.label,
      stroke,
      width: 1.75,
      value,
      spanGaps: true,
      points: pointsOf(series),
    }
    if (linesPerSeries(props) === 1) return [line]
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

/** With smoothing each series is drawn twice: as measured and smoothed. */
function linesPerSeries({ smoothing = 0 }: LineChartProps): number {
  return smoothing > 0 ? 2 : 1
}

function colorOf({ series }: LineChartProps, index: number, colors: ThemeColors): string {
  return colors.series[(series[index]?.color ?? index) % colors.series.length] ?? colors.ink
}

/** What the x axis spans before anyone zooms: the given range, else the points; one point gets a range of its own. */
export function wholeRange({ xRange }: LineChartProps, xs: ArrayLike<number>): uPlot.Range.MinMax {
  if (xRange !== undefined) return [xRange.from, xRange.to]
  const [low, high] = [xs[0] ?? 0, xs[xs.length - 1] ?? 1]
  return low === high ? [low - 1, high + 1] : [low, high]
}

function xScale(props: LineChartProps): uPlot.Scale {
  return {
    time: props.xKind === 'time',
    ...(props.isLogX ? { distr: 3 as const } : {}),
    range: (plot, low, high) => {
      const xs = plot.data[0]
      const isWhole = low === xs[0] && high === xs[xs.length - 1]
      return isWhole ? wholeRange(props, xs) : [low, high]
    },
  }
}

function xAxis(kind: LineChartProps['xKind'], colors: ThemeColors): uPlot.Axis {
  const base = { ...axis(colors), size: 28 }
  if (kind === 'step') return { ...base, values: (_plot, ticks) => ticks.map((tick) => String(tick ?? '')) }
  if (kind === 'duration') {
    return { ...base, space: 80, values: (_plot, ticks) => ticks.map((tick) => (tick ? formatDuration(tick) : '0')) }
  }
  return {
    ...base,
    space: 64,
    values: (_plot, ticks, _axis, _space, step) => ticks.map((tick) => clockText(tick, step)),
  }
}

/** A time on an axis, as coarse as the distance between two ticks: a day, a minute or a second. */
function clockText(at: number, step: number): string {
  const date = new Date(at)
  const pad = (value: number) => String(value).padStart(2, '0')
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0
  if (step >= 86_400_000 || isMidnight) return `${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  const minutes = `${pad(date.getHours())}:${pad(date.getMinutes())}`
  return step >= 60_000 ? minutes : `${minutes}:${pad(date.getSeconds())}`
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
