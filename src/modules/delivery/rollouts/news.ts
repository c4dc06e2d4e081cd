import type { Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { NewsListener } from '../../predictions/index.ts'
import type { DeliveryTables } from '../tables.ts'
import { lookSoon } from './jobs.ts'
import { rollouts } from './store.ts'

/** Rollouts look at what they wait for. */
export function tellRollouts({ clock, jobs }: Pick<Platform, 'clock' | 'jobs'>): NewsListener {
  return async (outer, { deployments }) => {
    const tx = outer.typed<DeliveryTables>()
    for (const { id } of await rollouts.list(tx.query, { deployment: deployments, state: 'running' }))
      await lookSoon(jobs, tx, id, clock.now())
  }
}

/** A rollout that began with this replay goes on. */
export async function tellReplayEnded(
  { clock, jobs }: Pick<Platform, 'clock' | 'jobs'>,
  outer: Tx,
  replayId: string,
): Promise<void> {
  const tx = outer.typed<DeliveryTables>()
  const rollout = await rollouts.find(tx.query, { replayId })
  if (rollout?.state === 'replaying') await lookSoon(jobs, tx, rollout.id, clock.now())
}
