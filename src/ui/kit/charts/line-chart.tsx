import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import classes from './charts.module.css'
import type { LineChartProps } from './line-props.ts'

const Plot = lazy(() => import('./line-plot.tsx'))

/** Lines over steps or time. Drag to zoom, double-click to zoom out. The library is fetched with the first chart. */
export function LineChart(props: LineChartProps) {
  const { height = 220, series, label } = props
  if (series.every(({ points }) => points.length === 0)) {
    return (
      <div className={classes.empty} style={{ height }}>
        No points yet
      </div>
    )
  }
  return (
    <figure className={classes.figure} aria-label={label}>
      <Suspense fallback={<Skeleton height={height} radius="sm" />}>
        <Plot {...props} height={height} />
      </Suspense>
    </figure>
  )
}
