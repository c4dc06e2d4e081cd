import type { Page } from '../../../kernel/paging.ts'
import type { Tx, TypedTx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import { insertModelMetrics } from '../logged-models/logged-model-store.ts'
import { type Batch, checkBatch } from '../metrics/batch.ts'
import { insertMetrics, insertParams, insertTags } from '../metrics/batch-store.ts'
import { readChart } from '../metrics/chart.ts'
import { readHistory } from '../metrics/history-store.ts'
import type { ChartQuery, HistoryQuery, MetricPoint, MetricSummary } from '../metrics/metric.ts'
import { type Tags, trackingErrors } from '../model.ts'
import { deleteTagRow, readSummaries } from '../runs/run-store.ts'
import { activeRun, getRunRow } from '../runs/runs.ts'
import type { TrackingTables } from '../tables.ts'
import type { WatchLook } from '../watches/watches.ts'

export interface Logging {
  /** All of the batch or none of it. Logging the same batch again changes nothing. */
  logBatch(runId: string, batch: Batch, tx?: Tx): Promise<void>
  deleteTag(runId: string, key: string): Promise<void>
  latestMetrics(runId: string): Promise<MetricSummary[]>
  /** Points in order of step, timestamp, value, a page at a time. */
  metricHistory(query: HistoryQuery): Promise<Page<MetricPoint>>
  /** At most about `points` points of the series in order of step: every bucket keeps its smallest and its largest. */
  metricChart(query: ChartQuery): Promise<MetricPoint[]>
}

export function createLogging(ctx: TrackingContext, watches: WatchLook): Logging {
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
    logBatch: async (runId, batch, tx) => {
      checkBatch(batch)
      await within(ctx, tx, (own) => write(own, runId, batch), 'tracking.batch.committed')
    },

    deleteTag: (runId, key) =>
      ctx.db.transaction(async (tx) => {
        await activeRun(tx.query, runId)
        if (!(await deleteTagRow(tx.query, runId, key))) {
          throw trackingErrors.tag_not_found({ subject: `Run ${runId}`, key })
        }
      }),

    latestMetrics: async (runId) => {
      await getRunRow(ctx.db.read, runId)
      const rows = await readSummaries(ctx.db.read, [runId])
      return rows.map(({ runId: _, ...metric }) => metric)
    },

    metricHistory: async (query) => {
      await getRunRow(ctx.db.read, query.runId)
      return readHistory(ctx.db.read, query)
    },

    metricChart: async (query) => {
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
