import type { FeatureDrift } from './model.ts'
import { buildBaseline, type FeatureBaseline } from './statistics/baseline.ts'
import { type DriftOptions, type WatchedFeature, windowDrift } from './statistics/window-drift.ts'

/** Work of O(rows) on plain values, done here or in a worker thread. */
export type Task =
  | { readonly kind: 'baseline'; readonly columns: readonly (readonly [feature: string, values: readonly unknown[]])[] }
  | { readonly kind: 'drift'; readonly features: readonly WatchedFeature[]; readonly options: DriftOptions }

export type TaskResult<T extends Task> = T['kind'] extends 'baseline' ? FeatureBaseline[] : FeatureDrift[]

export function runTask(task: Task): FeatureBaseline[] | FeatureDrift[] {
  return task.kind === 'baseline'
    ? task.columns.map(([feature, values]) => buildBaseline(feature, values))
    : windowDrift(task.features, task.options)
}

/** How many values a task touches: its cost, to first order. */
export function taskSize(task: Task): number {
  if (task.kind === 'baseline') return task.columns.reduce((sum, [, values]) => sum + values.length, 0)
  return task.features.reduce(
    (sum, { baseline, current }) =>
      sum +
      (baseline.type === 'numeric' ? baseline.count : 0) +
      (current.type === 'numeric' ? current.values.length : 0),
    0,
  )
}
