import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import type { ForeignNames } from '../foreign-names.ts'
import { MetricSummary } from '../metrics/metric.ts'
import { Lifecycle, Tags } from '../model.ts'

export const RunStatus = z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'])
export type RunStatus = z.infer<typeof RunStatus>

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

/** True for states that a run does not leave by itself. */
export function isFinal(status: RunStatus): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED'
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
