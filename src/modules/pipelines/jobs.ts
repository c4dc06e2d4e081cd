import { z } from 'zod'
import { defineJob } from '../../kernel/job.ts'

/**
 * Runs one round of a step: the first, or a retry after a failure of its own. Attempts of the job itself are for losses of
 * the server; the handler ends the step long before they are used up.
 */
export const runStepJob = defineJob('pipelines.runStep', z.object({ stepRunId: z.string(), round: z.number().int() }), {
  attempts: 100,
})

/** Ends the steps of a canceled run whose worker died before it could record their end. */
export const endCanceledJob = defineJob('pipelines.endCanceled', z.object({ pipelineRunId: z.string() }), {
  attempts: 1000,
})
