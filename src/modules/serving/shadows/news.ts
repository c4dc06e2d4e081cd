import type { Platform } from '../../../platform/platform.ts'
import type { NewsListener } from '../predictions/news.ts'
import { lookAtRows, newsWaitMs } from './jobs.ts'
import { listRunningShadows } from './store.ts'

/** Shadows get what came. */
export function tellShadows({ clock, jobs }: Pick<Platform, 'clock' | 'jobs'>): NewsListener {
  return async (tx, { deployments }) => {
    for (const { id } of await listRunningShadows(tx.query, deployments))
      await lookAtRows(jobs, tx, id, clock.now() + newsWaitMs)
  }
}
