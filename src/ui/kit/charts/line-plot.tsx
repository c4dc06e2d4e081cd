import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './uplot.css'
import { useElementWidth } from './element-width.ts'
import { plotData, plotOptions, wholeRange } from './line-plot-options.ts'
import type { LineChartProps } from './line-props.ts'
import { useThemeColors } from './theme-colors.ts'

/** The drawn part of `LineChart`, a chunk of its own. */
export default function LinePlot(props: LineChartProps & { readonly height: number }) {
  const [ref, width] = useElementWidth<HTMLDivElement>()
  const colors = useThemeColors()
  const plot = useRef<uPlot>(null)
  const { series, smoothing = 0 } = props
  const data = useMemo(() => plotData(series, smoothing, props.isLogX), [series, smoothing, props.isLogX])
  // The plot is made anew when its form changes; new data alone is set into it, so a zoom survives live points.
  const form = JSON.stringify([
    series.map(({ label }) => label),
    props.isLog,
    props.isLogX,
    props.xKind,
    smoothing > 0,
    props.marks,
  ])
  const latest = useRef({ props, data })
  latest.current = { props, data }
  useEffect(() => {
    const element = ref.current
    if (element === null || width === 0 || form === '') return
    const made = new uPlot(plotOptions(latest.current.props, width, colors), latest.current.data, element)
    plot.current = made
    return () => {
      made.destroy()
      plot.current = null
    }
  }, [ref, width, colors, form])
  const span = useRef<uPlot.Range.MinMax>(undefined)
  useEffect(() => {
    const current = plot.current
    if (current === null) return
    const isZoomed = span.current !== undefined && current.scales.x?.min !== span.current[0]
    const [min, max] = wholeRange(latest.current.props, data[0])
    span.current = [min, max]
    current.setData(data, false)
    if (isZoomed || min === null || max === null) current.redraw()
    else current.setScale('x', { min, max })
  }, [data])
  return <div ref={ref} style={{ minHeight: props.height }} />
}
