import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { BarChartProps } from './bar-props.ts'
import classes from './charts.module.css'

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
