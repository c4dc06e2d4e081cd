import type { Platform } from '../../../platform/platform.ts'
import type { NewsListener } from '../../predictions/index.ts'
import type { ScoringTables } from '../tables.ts'
import { lookAtRows, newsWaitMs } from './jobs.ts'
import { shadows } from './store.ts'

/** Shadows get what came. */
export function tellShadows({ clock, jobs }: Pick<Platform, 'clock' | 'jobs'>): NewsListener {
  return async (outer, { deployments }) => {
    const tx = outer.typed<ScoringTables>()
    for (const { id } of await shadows.list(tx.query, { deployment: deployments, state: 'running' }))
      await lookAtRows(jobs, tx, id, clock.now() + newsWaitMs)
  }
}
