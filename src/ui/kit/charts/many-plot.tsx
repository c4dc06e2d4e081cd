import type { EChartsCoreOption } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { init } from './echarts-many-parts.ts'
import { useElementWidth } from './element-width.ts'

/** Draws an option of ECharts at the width there is; a chunk of its own. */
export default function ManyPlot({ option, height }: { readonly option: EChartsCoreOption; readonly height: number }) {
  const [ref, width] = useElementWidth<HTMLDivElement>()
  const latest = useRef(option)
  latest.current = option
  const chart = useRef<ReturnType<typeof init>>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null || width === 0) return
    const made = init(element, null, { renderer: 'svg', width, height })
    made.setOption(latest.current)
    chart.current = made
    return () => made.dispose()
  }, [ref, width, height])
  useEffect(() => {
    if (chart.current?.isDisposed() === false) chart.current.setOption(option, true)
  }, [option])
  return <div ref={ref} style={{ height }} />
}
