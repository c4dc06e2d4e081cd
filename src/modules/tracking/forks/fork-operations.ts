import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { Run } from '../runs/run.ts'
import type { Forks } from './forks.ts'

export const forkRun = operation({
  name: 'runs.fork',
  http: 'POST /v1/runs/{runId}/fork',
  summary: 'Start a new run where another one was.',
  description: 'It has the parameters, tags, inputs and files of the other, and its metrics up to the step.',
  input: z.object({
    runId: z.string().min(1).max(256),
    name: z.string().min(1).max(500).optional(),
    step: z.number().int().optional().describe('The last step that is taken over; default all of them.'),
  }),
  output: Run,
  errors: ['run_not_found', 'experiment_not_active'],
  allow: 'runs:write',
  // The new run stands beside the other, not in it.
  subject: ({ runId: id }) => [`run:${id}`, 'runs'],
  status: 201,
  run: (tracking: Forks, input, call) => tracking.forkRun({ ...input, createdBy: call.principal.id }),
})
