import type { EChartsCoreOption } from 'echarts/core'
import { useEffect, useMemo, useRef } from 'react'
import { formatNumber } from '../format.ts'
import type { BarChartProps } from './bar-props.ts'
import { init } from './echarts-parts.ts'
import { useElementWidth } from './element-width.ts'
import { type ThemeColors, useThemeColors } from './theme-colors.ts'

/** The drawn part of `BarChart`, a chunk of its own. */
export default function BarPlot(props: BarChartProps & { readonly height: number }) {
  const [ref, width] = useElementWidth<HTMLDivElement>()
  const colors = useThemeColors()
  const option = useMemo(() => optionOf(props, colors), [props, colors])
  const latest = useRef(option)
  latest.current = option
  const chart = useRef<ReturnType<typeof init>>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null || width === 0) return
    const made = init(element, null, { renderer: 'svg', width, height: props.height })
    made.setOption(latest.current)
    chart.current = made
    return () => made.dispose()
  }, [ref, width, props.height])
  useEffect(() => {
    if (chart.current?.isDisposed() === false) chart.current.setOption(option, true)
  }, [option])
  return <div ref={ref} style={{ height: props.height }} />
}

function optionOf(props: BarChartProps, colors: ThemeColors): EChartsCoreOption {
  const format = props.format ?? formatNumber
  const label = { color: colors.muted, fontSize: 11.5, fontFamily: 'IBM Plex Sans, sans-serif' }
  return {
    animation: false,
    textStyle: { fontFamily: 'IBM Plex Sans, sans-serif' },
    grid: { left: 8, right: 8, top: props.series.length > 1 ? 30 : 10, bottom: 4, outerBoundsMode: 'same' },
    legend:
      props.series.length > 1
        ? { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: colors.ink, fontSize: 12 } }
        : undefined,
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      backgroundColor: colors.surface,
      borderColor: colors.line,
      textStyle: { color: colors.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? format(value) : String(value)),
    },
    xAxis: {
      type: 'category',
      data: props.categories,
      axisLabel: { ...label, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right' },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
    },
    yAxis: {
      type: 'value',
      axisLabel: { ...label, formatter: format },
      splitLine: { lineStyle: { color: colors.line } },
    },
    series: props.series.map((series, index) => ({
      type: 'bar',
      name: series.label,
      data: series.values,
      barGap: props.isHistogram ? '0%' : '10%',
      barCategoryGap: props.isHistogram ? '12%' : '35%',
      barMaxWidth: 46,
      itemStyle: { color: colors.series[(series.color ?? index) % colors.series.length], borderRadius: [2, 2, 0, 0] },
    })),
  }
}
