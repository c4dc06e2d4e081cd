import { z } from 'zod'

/** A measured number. JSON has no NaN or infinities, so these three are their names; `Number(value)` gives the number back. */
export const MetricValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
export type MetricValue = z.infer<typeof MetricValue>

export const MetricPoint = z.object({
  value: MetricValue,
  step: z.number().int(),
  timestamp: z.number().int(),
})
export type MetricPoint = z.infer<typeof MetricPoint>

/** What is kept per metric of a run beside its points: the latest by (step, timestamp, value), and the extremes. */
export const MetricSummary = MetricPoint.extend({
  key: z.string(),
  /** Smallest and largest number ever logged; absent while every point is NaN. */
  min: MetricValue.optional(),
  max: MetricValue.optional(),
})
export type MetricSummary = z.infer<typeof MetricSummary>

/** The form in which a number is kept and answered. */
export function toMetricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return value
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

export interface HistoryQuery {
  readonly runId: string
  readonly key: string
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface ChartQuery {
  readonly runId: string
  readonly key: string
  /** Default 500. */
  readonly points?: number | undefined
  readonly fromStep?: number | undefined
  readonly toStep?: number | undefined
}
