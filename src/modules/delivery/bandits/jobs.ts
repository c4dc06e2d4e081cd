import { z } from 'zod'
import { defineJob } from '../../../kernel/job.ts'

/** Computes the weights of a bandit anew, and again after its interval. */
export const reweighBandit = defineJob('serving.reweighBandit', z.object({ banditId: z.string() }), {
  attempts: 20,
  isOwnAct: true,
})
