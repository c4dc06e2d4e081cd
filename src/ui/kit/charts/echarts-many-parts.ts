import { ParallelChart, ScatterChart } from 'echarts/charts'
import { GridComponent, ParallelComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

/** The parts of ECharts that charts of many things need: one line or point for each. */
use([ParallelChart, ScatterChart, GridComponent, ParallelComponent, TooltipComponent, SVGRenderer])

export { init }
