import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import classes from './charts.module.css'

export interface BarChartProps {
  /** What the chart shows, for screen readers. */
  readonly label: string
  readonly categories: readonly string[]
  /** One or two series drawn side by side or over each other. */
  readonly series: readonly { readonly label: string; readonly values: readonly number[]; readonly color?: number }[]
  readonly height?: number
  /** Bars touch, as in a histogram. */
  readonly isHistogram?: boolean
  readonly format?: (value: number) => string
}

const Plot = lazy(() => import('./bar-plot.tsx'))

/** Bars and histograms; two series compare reference with current. The library is fetched with the first chart. */
export function BarChart(props: BarChartProps) {
  const { height = 200, label } = props
  return (
    <figure className={classes.figure} aria-label={label}>
      <Suspense fallback={<Skeleton height={height} radius="sm" />}>
        <Plot {...props} height={height} />
      </Suspense>
    </figure>
  )
}
