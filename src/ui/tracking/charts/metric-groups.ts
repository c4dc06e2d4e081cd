/** Metrics under one prefix: `train` of `train/loss`. */
export interface MetricGroup<Metric> {
  /** Empty for the metrics without a prefix, which come first. */
  readonly prefix: string
  readonly metrics: readonly Metric[]
}

/** Groups by what stands before the last slash of the name, in order of the alphabet. */
export function byPrefix<Metric extends { readonly key: string }>(
  metrics: readonly Metric[],
): readonly MetricGroup<Metric>[] {
  const groups = Map.groupBy(metrics, ({ key }) => key.slice(0, Math.max(0, key.lastIndexOf('/'))))
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([prefix, own]) => ({ prefix, metrics: own }))
}

/** What clients log of the machine stands under this prefix. */
const systemPrefix = 'system/'
export const isSystem = ({ key }: { readonly key: string }) => key.startsWith(systemPrefix)

/** Something to draw over steps: more than one value. */
export const isSeries = ({
  min,
  max,
  step,
}: {
  readonly min?: unknown
  readonly max?: unknown
  readonly step: number
}) => min !== max || step > 0
