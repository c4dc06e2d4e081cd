import { z } from 'zod'
import { type Subscription, subscribe } from '../../kernel/event.ts'
import { defineJob, handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Tx } from '../../platform/db/index.ts'
import { labelsRecorded, predictionsIngested } from '../predictions/index.ts'
import { deploymentChanged } from '../serving/index.ts'
import type { MonitoringContext } from './context.ts'
import type { Evaluator } from './evaluate.ts'
import { metricAlerts } from './metric-alerts.ts'
import { listMonitorsOf } from './monitor-store.ts'
import { markLabeled } from './window-store.ts'

const payload = z.object({ monitorId: z.string() })

export const evaluateWindows = defineJob('monitoring.evaluate', payload, { concurrency: 2, leaseMs: 120_000 })
export const relabelWindows = defineJob('monitoring.relabel', payload, { concurrency: 1, leaseMs: 120_000 })

/** Events come in bursts: the first of them orders the job a little later, and the others find it ordered. */
const gatherMs = 200

export function monitoringJobs(evaluator: Evaluator): JobHandler[] {
  return [
    handleJob(evaluateWindows, async ({ payload: { monitorId }, signal }) => {
      await evaluator.evaluate(monitorId, signal)
    }),
    handleJob(relabelWindows, async ({ payload: { monitorId } }) => void (await evaluator.relabel(monitorId))),
  ]
}

export function monitoringSubscriptions(ctx: MonitoringContext): Subscription[] {
  const request = async (tx: Tx, job: typeof evaluateWindows, monitorIds: readonly string[]) => {
    const at = ctx.platform.clock.now() + gatherMs
    for (const monitorId of monitorIds) {
      await ctx.platform.jobs.enqueue(tx, job, { monitorId }, { dedupe: `${job.type}:${monitorId}`, at })
    }
  }
  const evaluate = async (deployment: string) => {
    const monitors = await listMonitorsOf(ctx.db.read, deployment)
    if (monitors.length === 0) return
    const ids = monitors.map(({ id }) => id)
    await ctx.db.transaction((tx) => request(tx, evaluateWindows, ids))
  }
  return [
    metricAlerts(ctx),
    subscribe('monitoring.predictions', predictionsIngested, ({ payload }) => evaluate(payload.deployment)),
    subscribe('monitoring.champion', deploymentChanged, ({ payload }) => evaluate(payload.deployment)),
    subscribe('monitoring.labels', labelsRecorded, ({ payload }) =>
      ctx.db.transaction(async (tx) => request(tx, relabelWindows, await markLabeled(tx.query, payload))),
    ),
  ]
}
