import { z } from 'zod'
import { type Subscription, subscribe } from '../../kernel/event.ts'
import { defineJob, handleJob, type JobHandler } from '../../kernel/job.ts'
import { deploymentChanged, labelsRecorded, predictionsIngested } from '../serving/index.ts'
import type { MonitoringContext } from './context.ts'
import type { Evaluator } from './evaluate.ts'
import { listMonitors } from './monitor-store.ts'

const payload = z.object({ monitorId: z.string() })

export const evaluateWindows = defineJob('monitoring.evaluate', payload, { concurrency: 2, leaseMs: 120_000 })
export const relabelWindows = defineJob('monitoring.relabel', payload, { concurrency: 1, leaseMs: 120_000 })

/**
 * Events that come in bursts share a job: it runs at the end of the bucket in which it was asked for, so whatever
 * happened in the bucket is seen by it, and a second delivery of an event costs at most one look.
 */
const bucketMs = 200

export function monitoringJobs(evaluator: Evaluator): JobHandler[] {
  return [
    handleJob(evaluateWindows, async ({ payload: { monitorId } }) => void (await evaluator.evaluate(monitorId))),
    handleJob(relabelWindows, async ({ payload: { monitorId } }) => void (await evaluator.relabel(monitorId))),
  ]
}

export function monitoringSubscriptions(ctx: MonitoringContext): Subscription[] {
  const request = async (job: typeof evaluateWindows, deployment: string, kind?: 'quality') => {
    const monitors = await listMonitors(ctx.db.read, { deployment })
    const wanted = monitors.filter((monitor) => kind === undefined || monitor.definition.kind === kind)
    if (wanted.length === 0) return
    const bucket = Math.floor(ctx.platform.clock.now() / bucketMs) + 1
    await ctx.db.transaction(async (tx) => {
      for (const { id } of wanted) {
        const dedupe = `${job.type}:${id}:${bucket}`
        await ctx.platform.jobs.enqueue(tx, job, { monitorId: id }, { dedupe, at: bucket * bucketMs })
      }
    })
  }
  return [
    subscribe('monitoring.predictions', predictionsIngested, ({ payload: { deployment } }) =>
      request(evaluateWindows, deployment),
    ),
    subscribe('monitoring.labels', labelsRecorded, ({ payload: { deployment } }) =>
      request(relabelWindows, deployment, 'quality'),
    ),
    subscribe('monitoring.champion', deploymentChanged, ({ payload: { deployment } }) =>
      request(evaluateWindows, deployment),
    ),
  ]
}
