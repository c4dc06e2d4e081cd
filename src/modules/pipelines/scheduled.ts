/** Runs that the clock starts: one job per pipeline stands at the next time. */
import { isAppError } from '../../kernel/errors.ts'
import type { JobRun } from '../../kernel/job.ts'
import type { PipelineContext } from './context.ts'
import { findPipeline, getVersion } from './definition-store.ts'
import { planNext } from './jobs.ts'
import { hasScheduledRun } from './run-store.ts'
import { nextTime, type Schedule } from './schedule.ts'
import { startRun } from './start.ts'

interface Due {
  readonly pipelineId: string
  /** The time of the schedule that it stands for, epoch milliseconds. */
  readonly at: number
}

/** Handler of `startScheduledJob`. The key makes a second delivery answer the same run. */
export async function startScheduled(ctx: PipelineContext, job: JobRun<Due>): Promise<void> {
  const { pipelineId, at } = job.payload
  const pipeline = await findPipeline(ctx.db.read, pipelineId)
  if (pipeline === undefined) return
  const { schedule } = (await getVersion(ctx.db.read, pipeline.versionId)).definition
  // It was taken out of the definition since.
  if (schedule === undefined) return
  const now = ctx.platform.clock.now()
  // It may also have been changed since: then this time is none of its times.
  const isItsTime = nextTime(schedule, at - 1) === at && now >= at
  if (isItsTime) await startAt(ctx, { pipeline: pipeline.name, pipelineId, at, schedule })
  await ctx.db.transaction((tx) =>
    planNext(ctx, tx, { pipelineId, schedule, afterMs: isItsTime ? now : Math.min(now, at - 1) }),
  )
}

async function startAt(
  ctx: PipelineContext,
  due: Due & { readonly pipeline: string; readonly schedule: Schedule },
): Promise<void> {
  const { pipeline, at } = due
  const { log } = ctx.platform
  const time = new Date(at).toISOString()
  if (due.schedule.overlap === 'skip' && (await hasScheduledRun(ctx.db.read, due.pipelineId))) {
    log.info('pipelines.schedule.skipped', { pipeline, time, reason: 'the run before is still going' })
    return
  }
  try {
    await startRun(ctx, { pipeline, key: `schedule ${time}`, trigger: { kind: 'schedule', id: time } })
  } catch (error) {
    // An input that does not exist, say: the next time may find it.
    if (!isAppError(error) || error.retryable) throw error
    log.warn('pipelines.schedule.refused', { pipeline, time, error })
  }
}
