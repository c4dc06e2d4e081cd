import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'

/** Converts a version; a job that is run again begins anew, as nothing is written before the end. It takes a core. */
export const runConversion = defineJob('serving.convertModel', z.object({ conversionId: z.string() }), {
  attempts: 5,
  concurrency: 2,
})
