import type { Platform } from '../../../platform/platform.ts'
import type { NewsListener } from '../../predictions/index.ts'
import type { DeliveryTables } from '../tables.ts'
import { judgeJob, newsWaitMs } from './jobs.ts'
import { abTests } from './store.ts'

/** A/B tests look at their rewards. */
export function tellAbTests({ clock, jobs }: Pick<Platform, 'clock' | 'jobs'>): NewsListener {
  return async (outer, { deployments }) => {
    const tx = outer.typed<DeliveryTables>()
    for (const { id: abTestId } of await abTests.list(tx.query, { deployment: deployments, endedAt: null }))
      await jobs.enqueue(tx, judgeJob, { abTestId }, { dedupe: abTestId, at: clock.now() + newsWaitMs })
  }
}
