import type { Readable } from 'node:stream'
import type { Page } from '../../kernel/paging.ts'
import type { Source } from '../../kernel/source.ts'
import type { Parameters, PipelineDefinitionInput } from './definition.ts'
import type {
  Pipeline,
  PipelineDetail,
  PipelineRun,
  PipelineRunDetail,
  PipelineRunState,
  PipelineVersion,
  StepPlan,
  Trigger,
} from './model.ts'
import type { Reproduction } from './reproduction.ts'

export interface ApplyPipeline {
  readonly definition: PipelineDefinitionInput
  readonly source?: Source | undefined
}

export interface StartRun {
  readonly pipeline: string
  readonly parameters?: Parameters | undefined
  readonly trigger?: Trigger | undefined
  /** Starting again with the same key answers the run that is already there. */
  readonly key?: string | undefined
  /** false: every step runs, whatever the cache holds. Default true. */
  readonly useCache?: boolean | undefined
}

export interface StartReproduction {
  /** The model version: `flight-delay@champion`, `flight-delay/3` or its id. */
  readonly version: string
  readonly key?: string | undefined
}

export interface RunQuery {
  readonly pipeline?: string | undefined
  readonly state?: PipelineRunState | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface StepLog {
  readonly stepRunId: string
  readonly attempt: number
  /** UTF-8 text; with `follow` it ends when the attempt does. */
  readonly body: Readable
}

/** The door: what surfaces and other modules may ask of pipelines. */
export interface PipelineService {
  /** Stores a definition with its code. The same content as the newest version answers that version. */
  applyPipeline(request: ApplyPipeline): Promise<PipelineVersion>
  /** By name or id. */
  getPipeline(nameOrId: string): Promise<PipelineDetail>
  listPipelines(query: { readonly limit: number; readonly cursor?: string | undefined }): Promise<Page<Pipeline>>
  listVersions(nameOrId: string): Promise<PipelineVersion[]>
  startRun(request: StartRun): Promise<PipelineRunDetail>
  getRun(id: string): Promise<PipelineRunDetail>
  listRuns(query: RunQuery): Promise<Page<PipelineRun>>
  /** Canceling a run that is canceling already changes nothing. */
  cancelRun(id: string): Promise<PipelineRunDetail>
  /** A new run of the same version and the same pinned inputs that keeps what succeeded. */
  retryRun(id: string): Promise<PipelineRunDetail>
  /** The newest attempt's log, or that of `attempt`; `follow` stays until the attempt ends or `signal` aborts. */
  openLog(request: {
    readonly id: string
    readonly step: string
    readonly attempt?: number | undefined
    readonly follow?: boolean
    /** Only about this much of its end. */
    readonly tailBytes?: number | undefined
    readonly signal?: AbortSignal
  }): Promise<StepLog>
  /** Runs again what made a model version, publishes nothing, and compares. */
  startReproduction(request: StartReproduction): Promise<Reproduction>
  /** `tolerance` is the largest relative difference of a metric that counts as equal. */
  getReproduction(id: string, tolerance?: number): Promise<Reproduction>
  /** What `startRun` would do, step by step, and why. */
  planRun(request: StartRun): Promise<StepPlan[]>
}
