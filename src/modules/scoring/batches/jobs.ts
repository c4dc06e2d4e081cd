import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'

/** Runs a batch; a job that is run again goes on behind the last stored part. */
export const runBatch = defineJob('serving.runBatch', z.object({ batchId: z.string() }), {
  attempts: 20,
  concurrency: 1,
})
