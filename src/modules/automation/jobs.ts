import { z } from 'zod'
import { defineJob, handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { AutomationContext } from './context.ts'

/** One at a time: decisions of one policy look at each other. */
export const advanceDecision = defineJob('automation.advance', z.object({ decisionId: z.string() }), {
  concurrency: 1,
  attempts: 20,
  isOwnAct: true,
})

export function automationJobs(advance: (decisionId: string) => Promise<void>): JobHandler[] {
  return [handleJob(advanceDecision, ({ payload }) => advance(payload.decisionId))]
}

/** Looks at a decision again as soon as possible, or at a given time. */
export async function wakeAt(ctx: AutomationContext, tx: Tx, decisionId: string, at?: number): Promise<void> {
  await ctx.platform.jobs.enqueue(tx, advanceDecision, { decisionId }, at === undefined ? {} : { at })
}
