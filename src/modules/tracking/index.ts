/**
 * Tracking: experiments, runs, and what is logged into a run: metrics with their whole history, parameters, tags,
 * artifacts, the data it read and the models it made. And traces: requests through an application, span by span.
 *
 * Promises: a batch is kept whole or not at all, and logging it again changes nothing; a parameter never changes; NaN and
 * infinities come back as they were sent; what was acknowledged is there after a crash. Emits `tracking.run.created`,
 * `tracking.run.finished`, `tracking.run.moved`, `tracking.input.recorded`, `tracking.artifact.stored`,
 * `tracking.trace.received`, `tracking.watch.tripped` and `tracking.watch.recovered`.
 *
 * A folder is a noun with its model, its door, its operations and its SQL; `service.ts` is all their doors. They look one
 * way: `experiments` and `metrics` (the points, and how they are kept) know no other; `runs` stand on both; `artifacts`,
 * `watches`, `logged-models`, `traces` and `evaluations` on runs and experiments; `logging`, `forks` and `bundles` write
 * into many of these at once, and `erasure` takes away what any of them keeps.
 */
import { defineModule } from '../../platform/platform.ts'
import { datasets } from '../datasets/index.ts'
import { artifactStored } from './artifacts/artifact.ts'
import { createTracking } from './create.ts'
import { trackingLineage } from './lineage.ts'
import { createMadeByRun } from './made-by-run.ts'
import { trackingMigrations } from './migrations.ts'
import { operations } from './operations.ts'
import { inputRecorded } from './runs/link.ts'
import { runCreated, runFinished, runMoved } from './runs/run.ts'
import type { TrackingTables } from './tables.ts'
import { traceReceived } from './traces/trace.ts'
import { watchRecovered, watchTripped } from './watches/watch.ts'

export { Artifact, ArtifactEntry, artifactStored } from './artifacts/artifact.ts'
export { BundledFile, BundledModel, RunBundle, RunBundleChanges } from './bundles/run-bundle.ts'
export { BundledAssessment, StoredSpan, TraceBundle } from './bundles/trace-bundle.ts'
export type { EvaluationRecord, EvaluationSet, NewEvaluationRecord } from './evaluations/evaluation-set.ts'
export type { ExperimentChanges, ExperimentQuery, NewExperiment } from './experiments/experiment.ts'
export { Experiment } from './experiments/experiment.ts'
export { ExperimentFolder } from './experiments/experiment-folder.ts'
export type { DatasetScope, LoggedModelQuery } from './logged-models/logged-model.ts'
export { LoggedModel, LoggedModelStatus, type ModelMetric, type NewLoggedModel } from './logged-models/logged-model.ts'
export { Batch, Metric } from './metrics/batch.ts'
export type { ChartQuery, HistoryQuery } from './metrics/metric.ts'
export { MetricPoint, MetricSummary, MetricValue, toMetricValue } from './metrics/metric.ts'
export { Lifecycle, Tags, trackingErrors } from './model.ts'
export type { NewInput, RunLinks } from './runs/link.ts'
export { inputRecorded, RunInput, RunOutput } from './runs/link.ts'
export type { NewRun, RunChanges, RunQuery } from './runs/run.ts'
export { isFinal, Run, type RunRecord, RunSource, RunStatus, runCreated, runFinished } from './runs/run.ts'
export type { Tracking } from './service.ts'
export { Span, SpanEvent, SpanKind, type SpanRecord, SpanStatus, toSpan } from './traces/span.ts'
export type { TraceQuery } from './traces/trace.ts'
export {
  Assessment,
  type NewAssessment,
  type NewSpans,
  type NewTrace,
  Trace,
  type TraceFacts,
  TraceState,
  traceReceived,
} from './traces/trace.ts'
export { Watch, WatchRule, WatchState, watchRecovered, watchTripped } from './watches/watch.ts'
export type { NewWatch } from './watches/watches.ts'

export const tracking = defineModule({
  name: 'tracking',
  needs: { datasets },
  config: {},
  migrations: trackingMigrations,
  events: [
    runCreated,
    runFinished,
    runMoved,
    inputRecorded,
    artifactStored,
    traceReceived,
    watchTripped,
    watchRecovered,
  ],
  operations,
  create: ({ platform, needs }) => {
    const ctx = { ...platform, db: platform.db.typed<TrackingTables>(), datasets: needs.datasets }
    platform.children.askWhoMade(createMadeByRun(ctx))
    return { door: createTracking(ctx) }
  },
  declares: { lineage: trackingLineage },
  blobRoots: ({ door }) => door.artifactDigests(),
  // Clients that name no experiment log into this one.
  start: async ({ door }) => {
    if ((await door.findExperiment('Default')) === undefined) await door.ensureExperiment('Default')
  },
})
