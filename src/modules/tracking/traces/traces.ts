import { currentActor } from '../../../kernel/actor.ts'
import type { Page } from '../../../kernel/paging.ts'
import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { trackingErrors } from '../model.ts'
import { getRunRow } from '../runs/runs.ts'
import type { TrackingTables } from '../tables.ts'
import type { SpanRecord } from './span.ts'
import { insertSpans, insertTraceRuns, listSpanRows } from './span-store.ts'
import type { TraceQuery } from './trace.ts'
import {
  type Assessment,
  maxNamedTraces,
  type NewAssessment,
  type NewSpans,
  type NewTrace,
  type Trace,
  traceReceived,
} from './trace.ts'
import { searchTraceRows } from './trace-search.ts'
import * as store from './trace-store.ts'

export interface Traces {
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
}

/** What a process of a run traces belongs to its run, also when it does not say so. */
function actingRun(): string | undefined {
  const { kind, id } = currentActor()
  return kind === 'run' ? id : undefined
}

export function createTraces(ctx: TrackingContext): Traces {
  type Db = typeof ctx.db.read

  async function entity(db: Db, id: string): Promise<Trace> {
    const row = await store.findTraceRow(db, id)
    const [trace] = row === undefined ? [] : await store.toTraces(db, [row])
    if (trace === undefined) throw trackingErrors.trace_not_found({ trace: id })
    return trace
  }

  async function activeExperiment(db: Db, ref: string): Promise<string> {
    const experiment = await findExperimentRow(db, ref)
    if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
    if (experiment.lifecycle !== 'active') throw trackingErrors.experiment_not_active({ experiment: ref })
    return experiment.id
  }

  const announce = (tx: TypedTx<TrackingTables>, experimentId: string, ids: readonly string[]) =>
    ctx.events.emit(tx, traceReceived, experimentId, { experimentId, traceIds: ids.slice(0, maxNamedTraces) })

  return {
    recordTrace: (input) =>
      ctx.db.transaction(async (tx) => {
        const experimentId = await activeExperiment(tx.query, input.experimentId)
        await store.upsertTrace(tx.query, experimentId, input)
        const runId = input.runId ?? actingRun()
        if (runId !== undefined) await insertTraceRuns(tx, [input.id], runId)
        await announce(tx, experimentId, [input.id])
        return entity(tx.query, input.id)
      }),

    recordSpans: ({ experimentId: ref, spans, facts = new Map(), runId = actingRun() }) =>
      ctx.db.transaction(async (tx) => {
        if (spans.length === 0) return
        const experimentId = await activeExperiment(tx.query, ref)
        const ids = await insertSpans(tx, { experimentId, spans, facts })
        if (runId !== undefined) {
          await getRunRow(tx.query, runId)
          await insertTraceRuns(tx, ids, runId)
        }
        await announce(tx, experimentId, ids)
      }),

    getTrace: (id) => entity(ctx.db.read, id),

    findTraces: async (ids) => {
      const rows = await store.findTraceRows(ctx.db.read, ids)
      return store.toTraces(ctx.db.read, rows)
    },

    listSpans: (traceIds) => listSpanRows(ctx.db.read, traceIds),

    linkTraces: (traceIds, runId) =>
      ctx.db.transaction(async (tx) => {
        await getRunRow(tx.query, runId)
        const known = await store.findTraceRows(tx.query, traceIds)
        await insertTraceRuns(
          tx,
          known.map((row) => row.id),
          runId,
        )
      }),

    linkPrompts: (traceId, prompts) =>
      ctx.db.transaction(async (tx) => {
        await entity(tx.query, traceId)
        await store.insertTracePrompts(tx.query, traceId, prompts)
      }),

    searchTraces: (query) => searchTraceRows(ctx.db, query),

    tagTrace: (id, tags) =>
      ctx.db.transaction(async (tx) => {
        await entity(tx.query, id)
        await store.putTracePairs(tx.query, 'tracking_trace_tags', id, tags)
        return entity(tx.query, id)
      }),

    deleteTraces: (ids, experimentId) =>
      ctx.db.transaction(async (tx) => {
        const rows = await store.findTraceRows(tx.query, ids)
        const own = rows.filter((row) => experimentId === undefined || row.experimentId === experimentId)
        await store.deleteTraceRows(
          tx.query,
          own.map((row) => row.id),
        )
        return own.length
      }),

    deleteOldTraces: (experimentId, until, limit) =>
      ctx.db.transaction(async (tx) => {
        const ids = await store.oldTraceIds(tx.query, experimentId, until, limit)
        await store.deleteTraceRows(tx.query, ids)
        return ids.length
      }),

    putAssessment: (traceId, given) =>
      ctx.db.transaction(async (tx): Promise<Assessment> => {
        const { assessments } = await entity(tx.query, traceId)
        const id = given.id ?? ctx.ids('a').replace('_', '-')
        const now = ctx.clock.now()
        const createdAt = assessments.find((one) => one.id === id)?.createdAt ?? now
        const assessment = { ...given, id, traceId, createdAt, updatedAt: now }
        await store.upsertAssessment(tx.query, assessment)
        return assessment
      }),

    deleteAssessment: (traceId, id) => ctx.db.transaction((tx) => store.deleteAssessmentRow(tx.query, traceId, id)),
  }
}
