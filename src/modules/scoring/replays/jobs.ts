import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'

/** Runs the rows of a replay; a job that is run again goes on behind the last stored chunk. */
export const runReplay = defineJob('serving.runReplay', z.object({ replayId: z.string() }), {
  attempts: 20,
  concurrency: 1,
})
