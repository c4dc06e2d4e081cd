import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Jobs } from '../../../platform/jobs/index.ts'

/** Gives a shadow the rows that came since its last look. */
export const runShadow = defineJob('serving.runShadow', z.object({ shadowId: z.string() }), { attempts: 20 })

/** News come in bursts: one look serves all of a quarter second. */
export const newsWaitMs = 250

export async function lookAtRows(jobs: Jobs, tx: Tx, shadowId: string, at: number): Promise<void> {
  await jobs.enqueue(tx, runShadow, { shadowId }, { dedupe: shadowId, at })
}
