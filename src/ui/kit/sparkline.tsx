export interface SparklineProps {
  readonly values: readonly number[]
  /** What the line shows, for screen readers. */
  readonly label: string
  readonly width?: number
  readonly height?: number
  readonly color?: string
}

/** A line the size of a word. Flat when all values are equal, nothing when there are fewer than two. */
export function Sparkline({ values, label, width = 96, height = 22, color = 'var(--sl-series-1)' }: SparklineProps) {
  const finite = values.filter(Number.isFinite)
  if (finite.length < 2) return null
  const low = Math.min(...finite)
  const span = Math.max(...finite) - low
  const x = (index: number) => 1 + (index / (finite.length - 1)) * (width - 2)
  const y = (value: number) => (span === 0 ? height / 2 : height - 2 - ((value - low) / span) * (height - 4))
  const line = finite.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      <polyline points={line} fill="none" stroke={color} strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={x(finite.length - 1)} cy={y(finite.at(-1) ?? low)} r="2" fill={color} />
    </svg>
  )
}
