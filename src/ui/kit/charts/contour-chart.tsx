import { Skeleton } from '@mantine/core'
import type { EChartsCoreOption } from 'echarts/core'
import { lazy, Suspense, useMemo } from 'react'
import { formatNumber } from '../format.ts'
import classes from './charts.module.css'
import { type ThemeColors, useThemeColors } from './theme-colors.ts'

const Plot = lazy(() => import('./many-plot.tsx'))

export interface ContourChartProps {
  readonly label: string
  readonly xLabel: string
  readonly yLabel: string
  readonly zLabel: string
  /** A square of cells, row by row from the smallest y, with the value of each. */
  readonly cells: readonly number[]
  readonly size: number
  readonly x: { readonly low: number; readonly high: number }
  readonly y: { readonly low: number; readonly high: number }
  /** What was measured, drawn over the cells. */
  readonly points: readonly { readonly label: string; readonly x: number; readonly y: number; readonly z: number }[]
  readonly height?: number
}

/** A value over two numbers as areas of color, with the points it was drawn from. */
export function ContourChart(props: ContourChartProps) {
  const { label, height = 420 } = props
  const colors = useThemeColors()
  const option = useMemo(() => optionOf(props, colors), [props, colors])
  return (
    <figure className={classes.figure} aria-label={label}>
      <Suspense fallback={<Skeleton height={height} radius="sm" />}>
        <Plot option={option} height={height} />
      </Suspense>
    </figure>
  )
}

function optionOf(props: ContourChartProps, colors: ThemeColors): EChartsCoreOption {
  const { cells, size, x, y, points } = props
  const text = { color: colors.muted, fontSize: 11.5, fontFamily: 'IBM Plex Sans, sans-serif' }
  const hidden = { type: 'category', data: Array.from({ length: size }, (_, index) => index), show: false }
  const axis = (name: string, { low, high }: ContourChartProps['x'], nameGap: number) => ({
    type: 'value',
    min: low,
    max: high,
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { ...text, color: colors.ink, fontSize: 12 },
    axisLabel: { ...text, formatter: formatNumber, showMinLabel: false, showMaxLabel: false },
    splitLine: { show: false },
    position: nameGap > 40 ? 'left' : 'bottom',
  })
  return {
    animation: false,
    grid: { left: 72, right: 168, top: 14, bottom: 44 },
    tooltip: {
      trigger: 'item',
      backgroundColor: colors.surface,
      borderColor: colors.line,
      textStyle: { color: colors.ink, fontSize: 12 },
    },
    visualMap: {
      min: Math.min(...cells),
      max: Math.max(...cells),
      // Steps and not a ramp: the edges between them are the contours.
      splitNumber: 8,
      type: 'piecewise',
      right: 0,
      top: 'middle',
      textStyle: text,
      itemHeight: 12,
      formatter: (low: number, high: number) => `${formatNumber(low)} – ${formatNumber(high)}`,
      inRange: { color: [colors.line, colors.series[0], colors.series[4]] },
      seriesIndex: 0,
    },
    xAxis: [hidden, axis(props.xLabel, x, 30)],
    yAxis: [hidden, axis(props.yLabel, y, 52)],
    series: [
      {
        type: 'heatmap',
        silent: true,
        data: cells.map((value, index) => [index % size, Math.floor(index / size), value]),
      },
      {
        type: 'scatter',
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbolSize: 9,
        itemStyle: { color: colors.surface, borderColor: colors.ink, borderWidth: 1.5 },
        data: points.map((point) => ({
          name: `${point.label}: ${props.zLabel} ${formatNumber(point.z)}`,
          value: [point.x, point.y],
        })),
      },
    ],
  }
}
