import { Skeleton } from '@mantine/core'
import type { EChartsCoreOption } from 'echarts/core'
import { lazy, Suspense, useMemo } from 'react'
import { formatNumber } from '../format.ts'
import classes from './charts.module.css'
import { type ThemeColors, useThemeColors } from './theme-colors.ts'

const Plot = lazy(() => import('./many-plot.tsx'))

export interface ParallelAxis {
  readonly label: string
  /** The words of an axis of words, in order; absent for numbers. */
  readonly words?: readonly string[]
}

export interface ParallelLine {
  readonly label: string
  /** Place among the series colors. */
  readonly color: number
  /** One value for each axis; undefined where there is none. */
  readonly values: readonly (number | string | undefined)[]
}

export interface ParallelChartProps {
  readonly label: string
  readonly axes: readonly ParallelAxis[]
  readonly lines: readonly ParallelLine[]
  readonly height?: number
}

/** One line for each thing across several axes. Drag along an axis to keep only the lines that pass there. */
export function ParallelChart({ label, axes, lines, height = 360 }: ParallelChartProps) {
  const colors = useThemeColors()
  const option = useMemo(() => optionOf(axes, lines, colors), [axes, lines, colors])
  return (
    <figure className={classes.figure} aria-label={label}>
      <Suspense fallback={<Skeleton height={height} radius="sm" />}>
        <Plot option={option} height={height} />
      </Suspense>
    </figure>
  )
}

function optionOf(
  axes: readonly ParallelAxis[],
  lines: readonly ParallelLine[],
  colors: ThemeColors,
): EChartsCoreOption {
  const text = { color: colors.muted, fontSize: 11.5, fontFamily: 'IBM Plex Sans, sans-serif' }
  const axisLine = { lineStyle: { color: colors.line } }
  return {
    animation: false,
    parallel: {
      left: 56,
      right: 72,
      top: 44,
      bottom: 16,
      parallelAxisDefault: {
        nameLocation: 'start',
        inverse: false,
        nameGap: 18,
        nameTextStyle: { ...text, color: colors.ink, fontSize: 12 },
        axisLabel: text,
        axisLine,
        axisTick: axisLine,
        areaSelectStyle: { width: 16, borderColor: colors.ink, color: colors.muted, opacity: 0.25 },
      },
    },
    parallelAxis: axes.map(({ label, words }, dim) => ({
      dim,
      name: label,
      nameLocation: 'end',
      ...(words === undefined
        ? { type: 'value', scale: true, axisLabel: { ...text, formatter: formatNumber } }
        : { type: 'category', data: [...words] }),
    })),
    series: [
      {
        type: 'parallel',
        smooth: 0.15,
        lineStyle: { width: 1.6, opacity: 0.8 },
        inactiveOpacity: 0.06,
        data: lines.map(({ label, color, values }) => ({
          name: label,
          value: values.map((value) => value ?? '-'),
          lineStyle: { color: colors.series[color % colors.series.length] },
        })),
      },
    ],
  }
}
