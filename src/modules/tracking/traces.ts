import type { JsonObject } from '../../kernel/json.ts'
import type { Page } from '../../kernel/paging.ts'
import type { TrackingContext } from './context.ts'
import { findExperimentRow } from './experiment-store.ts'
import { trackingErrors } from './model.ts'
import type { TraceQuery } from './service.ts'
import type { Assessment, NewTrace, Trace } from './trace.ts'
import { searchTraceRows } from './trace-search.ts'
import * as store from './trace-store.ts'

export function createTraces(ctx: TrackingContext) {
  type Db = typeof ctx.db.read

  async function entity(db: Db, id: string): Promise<Trace> {
    const row = await store.findTraceRow(db, id)
    const [trace] = row === undefined ? [] : await store.toTraces(db, [row])
    if (trace === undefined) throw trackingErrors.trace_not_found({ trace: id })
    return trace
  }

  return {
    recordTrace: (input: NewTrace): Promise<Trace> =>
      ctx.db.transaction(async (tx) => {
        const experiment = await findExperimentRow(tx.query, input.experimentId)
        if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: input.experimentId })
        await store.upsertTrace(tx.query, experiment.id, input)
        return entity(tx.query, input.id)
      }),

    getTrace: (id: string): Promise<Trace> => entity(ctx.db.read, id),

    searchTraces: (query: TraceQuery): Promise<Page<Trace>> => searchTraceRows(ctx.db, query),

    tagTrace: (id: string, tags: Readonly<Record<string, string | null>>): Promise<Trace> =>
      ctx.db.transaction(async (tx) => {
        await entity(tx.query, id)
        await store.putTracePairs(tx.query, 'tracking_trace_tags', id, tags)
        return entity(tx.query, id)
      }),

    deleteTraces: (ids: readonly string[]): Promise<number> =>
      ctx.db.transaction(async (tx) => {
        const found: string[] = []
        for (const id of ids) if ((await store.findTraceRow(tx.query, id)) !== undefined) found.push(id)
        await store.deleteTraceRows(tx.query, found)
        return found.length
      }),

    deleteOldTraces: (experimentId: string, until: number, limit: number): Promise<number> =>
      ctx.db.transaction(async (tx) => {
        const ids = await store.oldTraceIds(tx.query, experimentId, until, limit)
        await store.deleteTraceRows(tx.query, ids)
        return ids.length
      }),

    putAssessment: (traceId: string, given: { id?: string | undefined; name: string; body: JsonObject }) =>
      ctx.db.transaction(async (tx): Promise<Assessment> => {
        const { assessments } = await entity(tx.query, traceId)
        const id = given.id ?? ctx.ids('a').replace('_', '-')
        const now = ctx.clock.now()
        const createdAt = assessments.find((one) => one.id === id)?.createdAt ?? now
        const assessment = { id, traceId, name: given.name, body: given.body, createdAt, updatedAt: now }
        await store.upsertAssessment(tx.query, assessment)
        return assessment
      }),

    deleteAssessment: (traceId: string, id: string): Promise<void> =>
      ctx.db.transaction((tx) => store.deleteAssessmentRow(tx.query, traceId, id)),
  }
}
