import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { trackingErrors } from '../model.ts'
import { findRunRow } from '../runs/run-store.ts'
import { insertSpans, insertTraceRuns } from '../traces/span-store.ts'
import { traceReceived } from '../traces/trace.ts'
import { upsertAssessment, upsertTrace } from '../traces/trace-store.ts'
import type { Traces } from '../traces/traces.ts'
import type { BundledFiles } from './bundled-files.ts'
import type { TraceBundle } from './trace-bundle.ts'

export interface TraceBundles {
  /** A trace as another server needs it to have the same trace. */
  readTraceBundle(id: string): Promise<TraceBundle>
  /** Takes a trace of another server over; `experimentId` is an id or a name. Repeating it changes nothing. */
  takeTraceBundle(bundle: TraceBundle): Promise<void>
}

/** Traces that were recorded on one server and are to be on another as well, with the same ids. */
export function createTraceBundles(
  ctx: TrackingContext,
  traces: Pick<Traces, 'getTrace' | 'listSpans'>,
  files: BundledFiles,
): TraceBundles {
  return {
    readTraceBundle: async (id) => {
      const { spanCount: _, ...trace } = await traces.getTrace(id)
      return { ...trace, spans: [...(await traces.listSpans([id]))], files: await files.list(id) }
    },

    /** Takes a trace over; `experimentId` is an id or a name. */
    takeTraceBundle: async (bundle) => {
      const { experimentId: ref, assessments, spans, runIds, ...trace } = bundle
      await files.hold(bundle.files)
      await ctx.db.transaction(async (tx) => {
        const experiment = await findExperimentRow(tx.query, ref)
        if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
        if (experiment.lifecycle !== 'active') throw trackingErrors.experiment_not_active({ experiment: ref })
        const { id: experimentId } = experiment
        await upsertTrace(tx.query, experimentId, { ...trace, experimentId })
        const own = spans.map((span) => ({ ...span, traceId: trace.id }))
        await insertSpans(tx, { experimentId, spans: own, facts: new Map() })
        for (const assessment of assessments) await upsertAssessment(tx.query, { ...assessment, traceId: trace.id })
        for (const runId of runIds) {
          if ((await findRunRow(tx.query, runId)) !== undefined) await insertTraceRuns(tx, [trace.id], runId)
        }
        await files.store(tx, trace.id, bundle.files)
        await ctx.events.emit(tx, traceReceived, experimentId, { experimentId, traceIds: [trace.id] })
      })
    },
  }
}
