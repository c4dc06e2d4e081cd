import type { Platform } from '../../platform/platform.ts'
import { judgeJob, newsWaitMs as judgeWaitMs } from './ab-tests/jobs.ts'
import { listRunningAbTestIds } from './ab-tests/store.ts'
import { lookSoon } from './rollouts/jobs.ts'
import { findRolloutOfReplay, listRunningIds } from './rollouts/store.ts'
import { lookAtRows, newsWaitMs } from './shadows/jobs.ts'
import { listRunningShadows } from './shadows/store.ts'
import type { ServingTx } from './tables.ts'

/** New predictions or labels: whoever decides on them looks soon, on whichever host that is. */
export async function tellNews(platform: Platform, tx: ServingTx, deployments: readonly string[]): Promise<void> {
  const now = platform.clock.now()
  for (const id of await listRunningIds(tx.query, deployments)) await lookSoon(platform.jobs, tx, id, now)
  for (const { id } of await listRunningShadows(tx.query, deployments))
    await lookAtRows(platform.jobs, tx, id, now + newsWaitMs)
  for (const abTestId of await listRunningAbTestIds(tx.query, deployments))
    await platform.jobs.enqueue(tx, judgeJob, { abTestId }, { dedupe: abTestId, at: now + judgeWaitMs })
}

/** A rollout that began with this replay goes on. */
export async function tellReplayEnded(platform: Platform, tx: ServingTx, replayId: string): Promise<void> {
  const rollout = await findRolloutOfReplay(tx.query, replayId)
  if (rollout?.state === 'replaying') await lookSoon(platform.jobs, tx, rollout.id, platform.clock.now())
}
