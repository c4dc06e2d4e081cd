import type { Field, FilterValue } from '../../kernel/filter.ts'
import type { Lifecycle, RunInput, RunOutput, RunSource, RunStatus, Tags } from './model.ts'

/** What callers of tracking hand over: new things, changes and questions. */

/** For searches in the words of another protocol: turns the fields of filter and order into ours. */
export interface ForeignNames {
  readonly fieldName?: ((field: Field) => Field) | undefined
}

/** Turns a value that a field of the filter, in our words, is compared with into ours. */
export type ForeignValue = (field: Field, value: FilterValue) => FilterValue

export interface NewExperiment {
  readonly name: string
  readonly artifactLocation?: string | undefined
  readonly tags?: Tags | undefined
}

export interface ExperimentChanges {
  readonly name?: string | undefined
  /** Merged into the tags; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
}

export interface ExperimentQuery extends ForeignNames {
  /** Only those in it, at any depth. */
  readonly folder?: string | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly lifecycle?: Lifecycle | 'all' | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface NewRun {
  /** Id or name of the experiment. */
  readonly experimentId: string
  /** Default: a random adjective, noun and number. */
  readonly name?: string | undefined
  readonly parentRunId?: string | undefined
  readonly id?: string | undefined
  readonly stepRunId?: string | undefined
  readonly tags?: Tags | undefined
  readonly startedAt?: number | undefined
  readonly status?: RunStatus | undefined
  readonly createdBy?: string | undefined
  readonly source?: RunSource | undefined
}

export interface RunChanges {
  readonly name?: string | undefined
  readonly status?: RunStatus | undefined
  readonly endedAt?: number | undefined
  readonly parentRunId?: string | undefined
}

/** Which runs are meant. */
export interface RunScope extends ForeignNames {
  /** Ids or names; empty or absent means all experiments. */
  readonly experiments?: readonly string[] | undefined
  /** `metrics.accuracy > 0.9 AND (params.kernel = 'rbf' OR tags.team IN ('a', 'b'))`. */
  readonly filter?: string | undefined
  readonly lifecycle?: Lifecycle | 'all' | undefined
}

export interface RunQuery extends RunScope {
  /** `metrics.accuracy DESC`, `attributes.startedAt`, … */
  readonly orderBy?: readonly string[] | undefined
  /** What to read of that which was logged: `metrics.loss`, `params.depth`, `tags.team`; absent means all. */
  readonly select?: readonly string[] | undefined
  /** A page ends early once so many metrics, params and tags are in it; default 500,000. */
  readonly mostLogged?: number | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface HistoryQuery {
  readonly runId: string
  readonly key: string
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface ChartQuery {
  readonly runId: string
  readonly key: string
  /** Default 500. */
  readonly points?: number | undefined
  readonly fromStep?: number | undefined
  readonly toStep?: number | undefined
}

export interface LoggedModelQuery extends ForeignNames {
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly fieldValue?: ForeignValue | undefined
  /** Only models that were measured on one of these, and conditions count only those measurements. */
  readonly datasets?: readonly DatasetScope[] | undefined
  /** A metric that the models are ordered by counts only where it was measured on one of these. */
  readonly orderDatasets?: readonly DatasetScope[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface TraceQuery extends ForeignNames {
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface DatasetScope {
  readonly name: string
  readonly digest?: string | undefined
}

export interface RunLinks {
  readonly inputs: readonly RunInput[]
  readonly outputs: readonly RunOutput[]
}

export interface NewInput {
  readonly name: string
  readonly digest: string
  readonly context?: string | undefined
  readonly datasetVersionId?: string | undefined
  readonly sourceType: string
  readonly source: string
  readonly schema?: string | undefined
  readonly profile?: string | undefined
  readonly tags?: Tags | undefined
}
