import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

/** The only parts of ECharts that are used; everything else stays out of the bundle. */
use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export { init }
