import { z } from 'zod'
import { defineJob, handleJob, type JobHandler } from '../../kernel/job.ts'
import type { RetentionContext } from './context.ts'
import type { Retention } from './service.ts'

/** Stands for the next day, erases what no rule keeps, and collects the bytes that nothing names any more. */
export const dailyJob = defineJob('retention.daily', z.object({}), { concurrency: 1, leaseMs: 120_000 })
const dayMs = 86_400_000
/** 03:00 UTC: at the same time on every server, so that a restart neither adds a day nor loses one. */
const hourMs = 3 * 3_600_000
/** Bytes younger than that may be about to be named. */
const youngMs = dayMs

export function nextDaily(now: number): number {
  const today = Math.floor(now / dayMs) * dayMs + hourMs
  return today > now ? today : today + dayMs
}

/** Stands for the next time; asking again changes nothing. */
export async function planDaily({ db, platform }: RetentionContext): Promise<void> {
  const at = nextDaily(platform.clock.now())
  await db.transaction(async (tx) => void (await platform.jobs.enqueue(tx, dailyJob, {}, { dedupe: 'daily', at })))
}

export function retentionJobs(retention: Retention, ctx: RetentionContext): JobHandler[] {
  return [
    handleJob(dailyJob, async ({ signal }) => {
      // First: a job that was asked for again while it ran stands also when its last attempt fails.
      await planDaily(ctx)
      const { platform } = ctx
      const { runCount, bytes } = await retention.apply({ isDryRun: false, erasedBy: 'retention', signal })
      if (runCount > 0) {
        const { deletedBytes } = await platform.blobs.collect(platform.blobRoots(), {
          dryRun: false,
          olderThanMs: youngMs,
        })
        platform.log.info('retention.erased', { runCount, bytes, deletedBytes })
      }
    }),
  ]
}
