/**
 * Tracking: experiments, runs, and what is logged into a run: metrics with their whole history, parameters, tags,
 * artifacts, the data it read and the models it made.
 *
 * Promises: a batch is kept whole or not at all, and logging it again changes nothing; a parameter never changes; NaN and
 * infinities come back as they were sent; what was acknowledged is there after a crash. Emits `tracking.run.created`,
 * `tracking.run.finished`, `tracking.input.recorded` and `tracking.artifact.stored`.
 */
export { Batch, Metric } from './batch.ts'
export {
  Artifact,
  ArtifactEntry,
  artifactStored,
  Experiment,
  inputRecorded,
  isFinal,
  Lifecycle,
  MetricPoint,
  MetricSummary,
  MetricValue,
  Run,
  RunInput,
  RunOutput,
  type RunRecord,
  RunSource,
  RunStatus,
  runCreated,
  runFinished,
  Tags,
  toMetricValue,
  trackingErrors,
} from './model.ts'
export { operations } from './operations.ts'
export type {
  ChartQuery,
  ExperimentChanges,
  ExperimentQuery,
  HistoryQuery,
  NewExperiment,
  NewInput,
  NewRun,
  RunChanges,
  RunQuery,
  Tracking,
} from './service.ts'
