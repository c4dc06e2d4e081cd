export interface LineSeries {
  readonly label: string
  /** x (step, epoch ms or ms passed) and y, in order of x. */
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Place among the series colors, from 0; default the place in the list. */
  readonly color?: number
}

export interface LineChartProps {
  readonly series: readonly LineSeries[]
  /** What the chart shows, for screen readers. */
  readonly label: string
  readonly xKind: 'step' | 'time' | 'duration'
  /** Points at or below zero are left out. */
  readonly isLogX?: boolean
  /** Charts with the same key show their cursors at the same x. */
  readonly syncKey?: string
  /** Told when the reader picks a part of the x axis, and with nothing when they go back to the whole. */
  readonly onZoom?: (range: { readonly from: number; readonly to: number } | undefined) => void
  /** What the axis spans, whatever the points do. */
  readonly xRange?: { readonly from: number; readonly to: number }
  readonly height?: number
  readonly isLog?: boolean
  /** 0 none to 0.99; the raw line stays visible behind. */
  readonly smoothing?: number
  /** How values are written on the axis and in the legend. */
  readonly format?: (value: number) => string
  /** The y axis includes zero. */
  readonly hasZero?: boolean
  /** Horizontal lines: a threshold, a baseline. */
  readonly marks?: readonly { readonly y: number; readonly label: string }[]
}
