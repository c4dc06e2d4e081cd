import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

/** Experiments group runs; a run is one execution that is being measured. Times are epoch milliseconds. */

export const Lifecycle = z.enum(['active', 'deleted'])
export type Lifecycle = z.infer<typeof Lifecycle>

export const Tags = z.record(z.string(), z.string())
export type Tags = z.infer<typeof Tags>

export const Experiment = z.object({
  id: z.string(),
  /** Counts from 0; experiment 0 is `Default` and exists from the first start. */
  number: z.number().int(),
  name: z.string(),
  lifecycle: Lifecycle,
  /** Where a client asked its artifacts to be kept; absent means in this server's blob store. */
  artifactLocation: z.string().optional(),
  tags: Tags,
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Experiment = z.infer<typeof Experiment>

export const RunStatus = z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'])
export type RunStatus = z.infer<typeof RunStatus>

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

/** What produced the run: a script, a notebook, a pipeline step, and the commit it ran from. */
export const RunSource = z.object({
  type: z.string().optional(),
  name: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
})
export type RunSource = z.infer<typeof RunSource>

export const Run = z.object({
  id: z.string(),
  experimentId: z.string(),
  name: z.string(),
  status: RunStatus,
  lifecycle: Lifecycle,
  startedAt: z.number(),
  endedAt: z.number().optional(),
  parentRunId: z.string().optional(),
  /** The pipeline step run that this run measures. */
  stepRunId: z.string().optional(),
  createdBy: z.string(),
  source: RunSource,
  metrics: z.array(MetricSummary),
  params: Tags,
  tags: Tags,
})
export type Run = z.infer<typeof Run>

/** A run without what was logged into it. */
export type RunRecord = Omit<Run, 'metrics' | 'params' | 'tags'>

export const Artifact = z.object({
  path: z.string(),
  digest: z.string(),
  sizeBytes: z.number(),
  createdAt: z.number(),
})
export type Artifact = z.infer<typeof Artifact>

/** One row of a folder listing. */
export const ArtifactEntry = z.object({
  path: z.string(),
  isFolder: z.boolean(),
  sizeBytes: z.number().optional(),
  digest: z.string().optional(),
})
export type ArtifactEntry = z.infer<typeof ArtifactEntry>

/** Data that a run read: a dataset version of this server, or a description of data elsewhere. */
export const RunInput = z.object({
  name: z.string(),
  digest: z.string(),
  /** `training`, `validation`, …; empty when the client did not say. */
  context: z.string(),
  datasetVersionId: z.string().optional(),
  sourceType: z.string(),
  source: z.string(),
  schema: z.string().optional(),
  profile: z.string().optional(),
  tags: Tags,
})
export type RunInput = z.infer<typeof RunInput>

/** A model that a run made: a logged model (`m-…`) or a registered version (`mdv_…`). */
export const RunOutput = z.object({ modelId: z.string(), step: z.number().int() })
export type RunOutput = z.infer<typeof RunOutput>

/** True for states that a run does not leave by itself. */
export function isFinal(status: RunStatus): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED'
}

/** The form in which a number is kept and answered. */
export function toMetricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return value
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

export const runCreated = defineEvent(
  'tracking.run.created',
  'A run was started.',
  z.object({ runId: z.string(), experimentId: z.string(), stepRunId: z.string().optional() }),
  { sentence: 'A run started' },
)
export const runFinished = defineEvent(
  'tracking.run.finished',
  'A run reached a final status.',
  z.object({ runId: z.string(), status: RunStatus }),
  { sentence: 'A run ended: {status, words}' },
)
export const runMoved = defineEvent(
  'tracking.run.moved',
  'A run was moved to another experiment.',
  z.object({ runId: z.string(), from: z.string(), to: z.string() }),
  { sentence: 'A run moved to another experiment' },
)
export const inputRecorded = defineEvent(
  'tracking.input.recorded',
  'A run read a dataset version.',
  z.object({ runId: z.string(), datasetVersionId: z.string() }),
  { sentence: 'A run read a dataset version' },
)
export const artifactStored = defineEvent(
  'tracking.artifact.stored',
  'A file was stored with a run.',
  z.object({ runId: z.string(), path: z.string(), digest: z.string() }),
  { sentence: 'A run stored {path}', stream: 'runId' },
)

export const trackingErrors = defineErrors({
  experiment_not_found: ['not_found', 'There is no experiment {experiment}.', 'slipway experiments list'],
  experiment_exists: ['conflict', 'An experiment named {name} already exists ({lifecycle}).'],
  experiment_not_active: ['invalid', 'Experiment {experiment} is deleted.', 'Restore it, or use another one.'],
  folder_not_found: ['not_found', 'There is no experiment in folder {folder}.', 'slipway experiments folders list'],
  folder_move_invalid: ['invalid', 'Folder {from} cannot move to {to}: that is itself or inside it.'],
  run_not_found: ['not_found', 'There is no run {run}.'],
  run_not_active: ['invalid', 'Run {run} is deleted.', 'Restore it before writing to it.'],
  select_invalid: [
    'invalid',
    'Nothing that was logged is called {name}.',
    'Name it `metrics.<key>`, `params.<key>` or `tags.<key>`.',
  ],
  group_invalid: ['invalid', 'Runs cannot be grouped by {by}.', 'Use `params.<key>`, `tags.<key>` or an attribute.'],
  run_exists: ['conflict', 'A run with the id {run} already exists in another experiment.'],
  model_param_changed: [
    'invalid',
    'The param "{key}" of the logged model {model} is {old} and cannot become {value}.',
    'Params are written once; log another key.',
  ],
  param_changed: [
    'invalid',
    'Parameter {key} of run {run} is already {old}; it cannot become {new}.',
    'Parameters are written once: use a tag, or start a new run.',
  ],
  batch_invalid: ['invalid', 'The batch is not valid: {problems}.'],
  logged_model_not_found: ['not_found', 'There is no logged model {model}.'],
  evaluation_set_not_found: ['not_found', 'There is no evaluation dataset {set}.'],
  watch_not_found: ['not_found', 'Experiment {experiment} has no watch {watch}.', 'slipway experiments watches list'],
  trace_not_found: ['not_found', 'There is no trace {trace}.'],
  tag_not_found: ['not_found', '{subject} has no tag {key}.'],
  artifact_not_found: ['not_found', '{owner} has no artifact {path}.'],
  artifact_path_invalid: [
    'invalid',
    'The artifact path {path} is not allowed: {problem}.',
    'Use a relative path with forward slashes.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof trackingErrors> {}
}
