import type { Platform } from '../../../platform/platform.ts'
import type { NewsListener } from '../../predictions/index.ts'
import type { ScoringTables } from '../tables.ts'
import { lookAtRows, newsWaitMs } from './jobs.ts'
import { listRunningShadows } from './store.ts'

/** Shadows get what came. */
export function tellShadows({ clock, jobs }: Pick<Platform, 'clock' | 'jobs'>): NewsListener {
  return async (outer, { deployments }) => {
    const tx = outer.typed<ScoringTables>()
    for (const { id } of await listRunningShadows(tx.query, deployments))
      await lookAtRows(jobs, tx, id, clock.now() + newsWaitMs)
  }
}
