import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Jobs } from '../../../platform/jobs/index.ts'

/** Looks at a rollout and takes the next decision, if one is due. */
export const advanceRollout = defineJob(
  'serving.advanceRollout',
  z.object({ rolloutId: z.string(), waitedMs: z.number().describe('How long the look before this one waited.') }),
  { attempts: 20 },
)

const firstWaitMs = 500
const maxWaitMs = 15_000

/** Looks again: at once, or after twice the wait of the time before when nothing had changed. */
export async function lookAgain(
  jobs: Jobs,
  tx: Tx,
  rolloutId: string,
  pause?: { readonly waitedMs: number; readonly now: number },
): Promise<void> {
  const waitedMs = pause === undefined ? 0 : Math.min(maxWaitMs, Math.max(firstWaitMs, pause.waitedMs * 2))
  const at = pause === undefined ? {} : { at: pause.now + waitedMs }
  await jobs.enqueue(tx, advanceRollout, { rolloutId, waitedMs }, { dedupe: rolloutId, ...at })
}
