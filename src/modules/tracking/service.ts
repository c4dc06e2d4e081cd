import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { RunBundle } from './bundles/run-bundle.ts'
import type { TakenRun } from './bundles/run-bundles.ts'
import type { TraceBundle } from './bundles/trace-bundle.ts'
import type { EvaluationSets } from './evaluations/evaluation-sets.ts'
import type { ExperimentFolder } from './experiments/experiment-folder.ts'
import type { LoggedModel, LoggedModelStatus, NewLoggedModel } from './logged-models/logged-model.ts'
import type { Batch } from './metrics/batch.ts'
import type {
  Artifact,
  ArtifactEntry,
  Experiment,
  MetricPoint,
  MetricSummary,
  Run,
  RunInput,
  RunOutput,
  RunRecord,
  RunStatus,
  Tags,
} from './model.ts'
import type {
  ChartQuery,
  ExperimentChanges,
  ExperimentQuery,
  HistoryQuery,
  LoggedModelQuery,
  NewExperiment,
  NewInput,
  NewRun,
  RunChanges,
  RunLinks,
  RunQuery,
  RunScope,
  TraceQuery,
} from './requests.ts'
import type { BulkChanges } from './runs/run-bulk.ts'
import type { Fork } from './runs/run-fork.ts'
import type { GroupQuery, RunGroups } from './runs/run-groups.ts'
import type { RunKeys } from './runs/run-keys.ts'
import type { SpanRecord } from './traces/span.ts'
import type { Assessment, NewAssessment, NewSpans, NewTrace, Trace } from './traces/trace.ts'
import type { Watch, WatchState } from './watches/watch.ts'
import type { NewWatch } from './watches/watches.ts'

/**
 * The door of tracking. Writing functions take an open transaction as last argument when the caller has more to make
 * true together with them; without one they open their own. References to experiments are ids or names.
 */
export interface Tracking extends EvaluationSets {
  /** The experiment with this name, created when there is none; a deleted one is an error. */
  ensureExperiment(name: string, tx?: Tx): Promise<Experiment>
  createExperiment(input: NewExperiment): Promise<Experiment>
  getExperiment(ref: string): Promise<Experiment>
  findExperiment(ref: string): Promise<Experiment | undefined>
  findExperimentByNumber(number: number): Promise<Experiment | undefined>
  searchExperiments(query: ExperimentQuery): Promise<Page<Experiment>>
  updateExperiment(ref: string, changes: ExperimentChanges): Promise<Experiment>
  /** Soft delete: the experiment and all its runs. Repeating it changes nothing. */
  deleteExperiment(ref: string): Promise<void>
  restoreExperiment(ref: string): Promise<void>
  /** Removes the experiment with every run, point and artifact row; frees the name. The bytes go with the next collection. */
  eraseExperiment(ref: string): Promise<void>

  /** Those that the names of active experiments make, each after the one it is in. */
  listFolders(): Promise<ExperimentFolder[]>
  /** Renames every experiment in a folder, all or none; answers how many. */
  moveFolder(from: string, to: string): Promise<number>

  /** Starts a run. With `id`, repeating the call answers the run that is already there. */
  createRun(input: NewRun, tx?: Tx): Promise<Run>
  /** Back to RUNNING, with everything that a dead attempt logged removed. */
  restartRun(runId: string, tx?: Tx): Promise<void>
  finishRun(runId: string, status: RunStatus, endedAt?: number, tx?: Tx): Promise<void>
  updateRun(runId: string, changes: RunChanges): Promise<RunRecord>
  getRun(runId: string): Promise<Run>
  /** Without what was logged; also for deleted runs. */
  findRun(runId: string): Promise<RunRecord | undefined>
  deleteRun(runId: string): Promise<void>
  restoreRun(runId: string): Promise<void>
  eraseRun(runId: string): Promise<void>
  /** With the runs nested in them; answers the ids of all that were elsewhere before. All of them move or none. */
  moveRuns(runIds: readonly string[], experiment: string): Promise<string[]>
  /** A new run that begins as another was, at a step or as it is now. */
  forkRun(fork: Fork): Promise<Run>
  searchRuns(query: RunQuery): Promise<Page<Run>>
  /** What the runs were logged with; the newest runs decide what comes first. */
  listRunKeys(scope: RunScope): Promise<RunKeys>
  /** The runs by a parameter, a tag or an attribute, largest group first. */
  groupRuns(query: GroupQuery): Promise<RunGroups>
  /** All of them or none: tags merged (null removes one), deleted or restored. */
  changeRuns(runIds: readonly string[], changes: BulkChanges): Promise<void>
  eraseRuns(runIds: readonly string[]): Promise<void>
  /** Also the models it logged. One that is gone already is no error. */
  eraseRunWithModels(runId: string): Promise<void>
  /** A run as another server needs it to have the same run. */
  readRunBundle(runId: string): Promise<RunBundle>
  /** Makes a run that another server has, or merges into it what is new there. Repeating it changes nothing. */
  takeRunBundle(given: TakenRun): Promise<void>

  /** All of the batch or none of it. Logging the same batch again changes nothing. */
  logBatch(runId: string, batch: Batch, tx?: Tx): Promise<void>
  deleteTag(runId: string, key: string): Promise<void>
  latestMetrics(runId: string): Promise<MetricSummary[]>
  /** Points in order of step, timestamp, value, a page at a time. */
  metricHistory(query: HistoryQuery): Promise<Page<MetricPoint>>
  /** At most about `points` points of the series in order of step: every bucket keeps its smallest and its largest. */
  metricChart(query: ChartQuery): Promise<MetricPoint[]>

  /** Binds a path of a run (or of a logged model) to bytes that are in the blob store; the newest binding wins. */
  storeArtifact(ownerId: string, path: string, digest: string, sizeBytes: number, tx?: Tx): Promise<Artifact>
  /** The entries directly in folder `path` (default the root), folders first by name; empty for a file. */
  listArtifacts(ownerId: string, path?: string): Promise<ArtifactEntry[]>
  /** Every file at or below `path`. */
  listFiles(ownerId: string, path?: string): Promise<Artifact[]>
  getArtifact(ownerId: string, path: string): Promise<Artifact>
  /** Deletes a file, or a folder with all in it; answers how many files that were. */
  deleteArtifacts(ownerId: string, path: string): Promise<number>

  recordInput(runId: string, input: { datasetVersionId: string; context?: string | undefined }, tx?: Tx): Promise<void>
  recordInputs(runId: string, inputs: readonly NewInput[], tx?: Tx): Promise<void>
  listInputs(runId: string): Promise<RunInput[]>
  recordOutputs(runId: string, outputs: readonly RunOutput[], tx?: Tx): Promise<void>
  listOutputs(runId: string): Promise<RunOutput[]>
  /** A model that a run logs: pending until its files are there. */
  createLoggedModel(input: NewLoggedModel): Promise<LoggedModel>
  getLoggedModel(id: string): Promise<LoggedModel>
  /** Also a deleted one. */
  findLoggedModel(id: string): Promise<LoggedModel | undefined>
  searchLoggedModels(query: LoggedModelQuery): Promise<Page<LoggedModel>>
  setLoggedModelStatus(id: string, status: LoggedModelStatus): Promise<LoggedModel>
  /** Merged into the tags; null removes one. */
  tagLoggedModel(id: string, tags: Readonly<Record<string, string | null>>): Promise<LoggedModel>
  logModelParams(id: string, params: Tags): Promise<LoggedModel>
  deleteLoggedModel(id: string): Promise<void>

  /** Records a trace; the same id again replaces it. */
  recordTrace(input: NewTrace): Promise<Trace>
  /** Stores spans and grows the traces they belong to; the same span again replaces it. All or none. */
  recordSpans(input: NewSpans): Promise<void>
  getTrace(id: string): Promise<Trace>
  /** Those of them that exist, in this order. */
  findTraces(ids: readonly string[]): Promise<Trace[]>
  /** In order of their begin. */
  listSpans(traceIds: readonly string[]): Promise<SpanRecord[]>
  /** Traces that do not exist are passed over. */
  linkTraces(traceIds: readonly string[], runId: string): Promise<void>
  /** Versions of prompts that a trace used, each as `name/version`; searched as `prompt`. */
  linkPrompts(traceId: string, prompts: readonly string[]): Promise<void>
  searchTraces(query: TraceQuery): Promise<Page<Trace>>
  tagTrace(id: string, tags: Readonly<Record<string, string | null>>): Promise<Trace>
  /** How many of them there were, in this experiment when one is given: those of others stay. */
  deleteTraces(ids: readonly string[], experimentId?: string): Promise<number>
  /** The oldest that began at or before `until`, at most `limit`. */
  deleteOldTraces(experimentId: string, until: number, limit: number): Promise<number>
  /** A new assessment of a trace, or with the id of one that is there, its new form. */
  putAssessment(traceId: string, given: NewAssessment): Promise<Assessment>
  deleteAssessment(traceId: string, id: string): Promise<void>
  /** A trace as another server needs it to have the same trace. */
  readTraceBundle(id: string): Promise<TraceBundle>
  /** Takes a trace of another server over; `experimentId` is an id or a name. Repeating it changes nothing. */
  takeTraceBundle(bundle: TraceBundle): Promise<void>

  /** Replaces the watch of this name. Its rule is judged with each batch from now on. */
  setWatch(input: NewWatch): Promise<Watch>
  listWatches(experiment: string): Promise<Watch[]>
  deleteWatch(experiment: string, name: string): Promise<void>
  /** How the metrics of a run stand with the watches that have looked at them. */
  watchStates(runId: string): Promise<WatchState[]>

  /** Inputs and outputs of many runs at once, by run id. */
  listLinks(runIds: readonly string[]): Promise<Map<string, RunLinks>>
  /** Digests that stored artifacts name. */
  artifactDigests(): AsyncIterable<string>
}
