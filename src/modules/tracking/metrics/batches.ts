import type { Page } from '../../../kernel/paging.ts'
import type { Tx, TypedTx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import { insertModelMetrics } from '../logged-models/logged-model-store.ts'
import { type MetricPoint, type MetricSummary, type Tags, trackingErrors } from '../model.ts'
import type { ChartQuery, HistoryQuery } from '../requests.ts'
import { deleteTagRow, readSummaries } from '../runs/run-store.ts'
import { activeRun, getRunRow } from '../runs/runs.ts'
import type { TrackingTables } from '../tables.ts'
import type { createWatches } from '../watches/watches.ts'
import { type Batch, checkBatch } from './batch.ts'
import { insertMetrics, insertParams, insertTags } from './batch-store.ts'
import { readChart } from './chart.ts'
import { readHistory } from './history-store.ts'

export function createBatches(ctx: TrackingContext, watches: Pick<ReturnType<typeof createWatches>, 'lookAt'>) {
  async function write(tx: TypedTx<TrackingTables>, runId: string, batch: Batch): Promise<void> {
    const run = await activeRun(tx.query, runId)
    const { metrics = [], params = {}, tags = {} } = batch
    if (Object.keys(params).length > 0) checkParams(runId, params, await insertParams(tx, runId, params))
    if (metrics.length > 0) {
      const now = ctx.clock.now()
      await insertMetrics(tx, run, metrics, now)
      await insertModelMetrics(tx, runId, metrics, now)
      await watches.lookAt(tx, run, metrics, now)
    }
    if (Object.keys(tags).length > 0) await insertTags(tx, runId, tags)
  }

  return {
    logBatch: async (runId: string, batch: Batch, tx?: Tx): Promise<void> => {
      checkBatch(batch)
      await within(ctx, tx, (own) => write(own, runId, batch), 'tracking.batch.committed')
    },

    deleteTag: (runId: string, key: string): Promise<void> =>
      ctx.db.transaction(async (tx) => {
        await activeRun(tx.query, runId)
        if (!(await deleteTagRow(tx.query, runId, key))) {
          throw trackingErrors.tag_not_found({ subject: `Run ${runId}`, key })
        }
      }),

    latestMetrics: async (runId: string): Promise<MetricSummary[]> => {
      await getRunRow(ctx.db.read, runId)
      const rows = await readSummaries(ctx.db.read, [runId])
      return rows.map(({ runId: _, ...metric }) => metric)
    },

    metricHistory: async (query: HistoryQuery): Promise<Page<MetricPoint>> => {
      await getRunRow(ctx.db.read, query.runId)
      return readHistory(ctx.db.read, query)
    },

    metricChart: async (query: ChartQuery): Promise<MetricPoint[]> => {
      await getRunRow(ctx.db.read, query.runId)
      return readChart(ctx.db.read, query)
    },
  }
}

/** A parameter is written once: the same value again is fine, another one is an error that names both. */
function checkParams(runId: string, given: Tags, stored: ReadonlyMap<string, string>): void {
  for (const [key, value] of Object.entries(given)) {
    const old = stored.get(key)
    if (old !== undefined && old !== value) throw trackingErrors.param_changed({ run: runId, key, old, new: value })
  }
}
