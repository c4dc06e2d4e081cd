import { z } from 'zod'
import { defineJob } from '../../kernel/job.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { PipelineContext } from './context.ts'
import { nextTime, type Schedule } from './schedule.ts'

/**
 * Runs one round of a step: the first, or a retry after a failure of its own. Attempts of the job itself are for losses of
 * the server; the handler ends the step long before they are used up.
 */
export const runStepJob = defineJob('pipelines.runStep', z.object({ stepRunId: z.string(), round: z.number().int() }), {
  attempts: 100,
})

/** Starts the run that a schedule asks for at this time, and stands for the next one afterwards. */
export const startScheduledJob = defineJob(
  'pipelines.startScheduled',
  z.object({ pipelineId: z.string(), at: z.number().int() }),
  { attempts: 1000 },
)

/** Ends the steps of a canceled run whose worker died before it could record their end. */
export const endCanceledJob = defineJob('pipelines.endCanceled', z.object({ pipelineRunId: z.string() }), {
  attempts: 1000,
})

/** Puts the job to the next time after `afterMs`. One that stands earlier finds out for itself that it is too early. */
export async function planNext(
  ctx: PipelineContext,
  tx: Tx,
  given: { readonly pipelineId: string; readonly schedule: Schedule; readonly afterMs: number },
): Promise<void> {
  const { pipelineId, schedule, afterMs } = given
  const at = nextTime(schedule, afterMs)
  if (at !== undefined)
    await ctx.platform.jobs.enqueue(tx, startScheduledJob, { pipelineId, at }, { dedupe: pipelineId, at })
}
