import type { DeploymentTraffic, Traffic } from '../ground/wire.ts'
import type { LineSeries } from '../kit/charts/line-props.ts'

type Count = 'requestCount' | 'rowCount' | 'errorCount' | 'rejectedCount'

export function sum(totals: readonly Traffic[], field: Count): number {
  return totals.reduce((total, each) => total + each[field], 0)
}

/**
 * One line per variant. A variant keeps the color it has in the traffic bar; one that has left comes after those that
 * serve now. Buckets without traffic are absent, as the server leaves them out.
 */
export function trafficSeries(
  traffic: DeploymentTraffic,
  serving: readonly string[],
  read: (bucket: Traffic) => number | undefined,
): readonly LineSeries[] {
  const past = traffic.totals.map(({ variant }) => variant).filter((variant) => !serving.includes(variant))
  return [...serving, ...past].map((variant, color) => ({
    label: variant,
    color,
    points: traffic.series.flatMap((bucket) => {
      const value = bucket.variant === variant ? read(bucket) : undefined
      return value === undefined ? [] : [[bucket.at, value] as const]
    }),
  }))
}
