import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'

/** Looks at an A/B test after new labels. */
export const judgeJob = defineJob('serving.judgeAbTest', z.object({ abTestId: z.string() }), {
  attempts: 20,
  isOwnAct: true,
})

/** A look reads all rewards of the test: one serves the news of a second. */
export const newsWaitMs = 1000
