import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Jobs } from '../../../platform/jobs/index.ts'

/** Looks at a rollout and takes the next decision, if one is due. */
export const advanceRollout = defineJob(
  'serving.advanceRollout',
  z.object({ rolloutId: z.string(), waitedMs: z.number().describe('How long the look before this one waited.') }),
  { attempts: 20, isOwnAct: true },
)

const firstWaitMs = 500
const maxWaitMs = 15_000
/** News come in bursts: one look serves all of a quarter second. */
const newsWaitMs = 250

/** New predictions or labels: look soon. */
export async function lookSoon(jobs: Jobs, tx: Tx, rolloutId: string, now: number): Promise<void> {
  await jobs.enqueue(tx, advanceRollout, { rolloutId, waitedMs: 0 }, { dedupe: rolloutId, at: now + newsWaitMs })
}

/** Looks again after twice the wait of the time before, or after the shortest wait when there was news. */
export async function lookLater(
  jobs: Jobs,
  tx: Tx,
  rolloutId: string,
  pause: { readonly waitedMs: number; readonly now: number },
): Promise<void> {
  const waitedMs = Math.min(maxWaitMs, Math.max(firstWaitMs, pause.waitedMs * 2))
  await jobs.enqueue(tx, advanceRollout, { rolloutId, waitedMs }, { dedupe: rolloutId, at: pause.now + waitedMs })
}
