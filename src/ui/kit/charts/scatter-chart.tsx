import { Skeleton } from '@mantine/core'
import type { EChartsCoreOption } from 'echarts/core'
import { lazy, Suspense, useMemo } from 'react'
import { formatNumber } from '../format.ts'
import classes from './charts.module.css'
import { type ThemeColors, useThemeColors } from './theme-colors.ts'

const Plot = lazy(() => import('./many-plot.tsx'))

export interface ScatterPoint {
  readonly label: string
  readonly color: number
  readonly x: number
  readonly y: number
}

export interface ScatterChartProps {
  readonly label: string
  readonly xLabel: string
  readonly yLabel: string
  readonly points: readonly ScatterPoint[]
  readonly height?: number
}

/** Points by two numbers; hovering one names it. */
export function ScatterChart(props: ScatterChartProps) {
  const { label, height = 380 } = props
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

function optionOf({ xLabel, yLabel, points }: ScatterChartProps, colors: ThemeColors): EChartsCoreOption {
  const text = { color: colors.muted, fontSize: 11.5, fontFamily: 'IBM Plex Sans, sans-serif' }
  const axis = (name: string) => ({
    type: 'value',
    scale: true,
    name,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { ...text, color: colors.ink, fontSize: 12 },
    axisLabel: { ...text, formatter: formatNumber },
    axisLine: { lineStyle: { color: colors.line } },
    splitLine: { lineStyle: { color: colors.line } },
  })
  return {
    animation: false,
    grid: { left: 64, right: 16, top: 14, bottom: 44 },
    tooltip: {
      trigger: 'item',
      backgroundColor: colors.surface,
      borderColor: colors.line,
      textStyle: { color: colors.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? formatNumber(value) : String(value)),
    },
    xAxis: axis(xLabel),
    yAxis: { ...axis(yLabel), nameGap: 48 },
    series: [
      {
        type: 'scatter',
        symbolSize: 9,
        data: points.map(({ label, color, x, y }) => ({
          name: label,
          value: [x, y],
          itemStyle: { color: colors.series[color % colors.series.length], opacity: 0.85 },
        })),
      },
    ],
  }
}
