import type { Platform } from '../../../platform/platform.ts'
import type { NewsListener } from '../predictions/news.ts'
import { judgeJob, newsWaitMs } from './jobs.ts'
import { listRunningAbTests } from './store.ts'

/** A/B tests look at their rewards. */
export function tellAbTests({ clock, jobs }: Pick<Platform, 'clock' | 'jobs'>): NewsListener {
  return async (tx, { deployments }) => {
    for (const { id: abTestId } of await listRunningAbTests(tx.query, deployments))
      await jobs.enqueue(tx, judgeJob, { abTestId }, { dedupe: abTestId, at: clock.now() + newsWaitMs })
  }
}
