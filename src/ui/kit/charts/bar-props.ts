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
