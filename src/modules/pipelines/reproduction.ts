/** What a repeated run says about a model version: equal bytes, metrics close enough, or neither. Pure. */
import { z } from 'zod'
import { type MetricSummary, MetricValue } from '../tracking/index.ts'
import { type StepFile, type StepOutput, StepRunState } from './model.ts'

export const ReproductionState = z.enum(['running', 'identical', 'equivalent', 'different', 'failed', 'canceled'])
export type ReproductionState = z.output<typeof ReproductionState>

export const FileChange = z.object({ path: z.string(), change: z.enum(['added', 'removed', 'changed']) })
export type FileChange = z.output<typeof FileChange>

export const MetricChange = z.object({
  key: z.string(),
  /** Latest value then; absent when the step did not log it. */
  before: MetricValue.optional(),
  after: MetricValue.optional(),
  /** Relative to the larger of the two; absent when one is missing or no number. */
  difference: z.number().optional(),
  isWithin: z.boolean(),
})
export type MetricChange = z.output<typeof MetricChange>

export const EnvironmentChange = z.object({
  /** `machine.processor`, `interpreter.version`, `package numpy`. */
  name: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
})
export type EnvironmentChange = z.output<typeof EnvironmentChange>

export const ReproducedStep = z.object({
  name: z.string(),
  state: StepRunState,
  outputs: z.array(
    z.object({
      name: z.string(),
      isIdentical: z.boolean(),
      /** The first 100 files that differ. */
      changes: z.array(FileChange),
    }),
  ),
  metrics: z.array(MetricChange),
  /** What differs of the machine, the interpreter and its packages: where to look when the outputs do. */
  environment: z.array(EnvironmentChange),
})
export type ReproducedStep = z.output<typeof ReproducedStep>

export const Reproduction = z.object({
  /** Id of the pipeline run that repeats the old one. */
  id: z.string(),
  modelVersionId: z.string(),
  /** `flight-delay/3` */
  version: z.string(),
  /** The pipeline run that is repeated. */
  pipelineRunId: z.string(),
  /**
   * identical: the files of the model are the same, byte for byte; equivalent: they are not, but every metric is within
   * the tolerance; different: some metric is not, or there is none to compare.
   */
  state: ReproductionState,
  tolerance: z.number(),
  steps: z.array(ReproducedStep),
  /** Why it failed. */
  error: z.string().optional(),
  createdAt: z.number(),
  endedAt: z.number().optional(),
})
export type Reproduction = z.output<typeof Reproduction>

const shownChanges = 100

/** Paths whose bytes differ, in order. */
export function compareFiles(before: readonly StepFile[], after: readonly StepFile[]): FileChange[] {
  const old = new Map(before.map((file) => [file.path, file.digest]))
  const now = new Map(after.map((file) => [file.path, file.digest]))
  const changes: FileChange[] = []
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    if (!now.has(path)) changes.push({ path, change: 'removed' })
    else if (!old.has(path)) changes.push({ path, change: 'added' })
    else if (old.get(path) !== now.get(path)) changes.push({ path, change: 'changed' })
  }
  return changes
}

/** Outputs of one step, then and now. Nothing is compared while the step has not succeeded again. */
export function compareOutputs(before: readonly StepOutput[], after: readonly StepOutput[]): ReproducedStep['outputs'] {
  return after.map(({ name, files }) => {
    const changes = compareFiles(before.find((output) => output.name === name)?.files ?? [], files)
    return { name, isIdentical: changes.length === 0, changes: changes.slice(0, shownChanges) }
  })
}

/** Every metric that either logged; what measures the machine and not the model is left out. */
export function compareMetrics(
  before: readonly MetricSummary[],
  after: readonly MetricSummary[],
  tolerance: number,
): MetricChange[] {
  const old = new Map(before.map((metric) => [metric.key, metric.value]))
  const now = new Map(after.map((metric) => [metric.key, metric.value]))
  const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => !key.startsWith('system/'))
  return keys.sort().map((key) => {
    const [from, to] = [old.get(key), now.get(key)]
    const difference = from === undefined || to === undefined ? undefined : relativeDifference(Number(from), Number(to))
    const isWithin = from !== undefined && (from === to || (difference !== undefined && difference <= tolerance))
    return { key, before: from, after: to, difference, isWithin }
  })
}

function relativeDifference(a: number, b: number): number | undefined {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return undefined
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))
}

/** The verdict on a run that succeeded: `isModelIdentical` is about the files of the model version itself. */
export function judge(isModelIdentical: boolean, steps: readonly ReproducedStep[]): ReproductionState {
  if (isModelIdentical) return 'identical'
  const metrics = steps.flatMap((step) => step.metrics)
  return metrics.length > 0 && metrics.every((metric) => metric.isWithin) ? 'equivalent' : 'different'
}
