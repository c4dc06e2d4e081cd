import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import type { Experiments } from '../experiments/experiments.ts'
import type { Runs } from '../runs/runs.ts'
import type { Erasure } from './erasure.ts'

const runId = z.string().min(1).max(256)
const experiment = z.string().min(1).max(500).describe('Id or name of the experiment.')

export const deleteRun = operation({
  name: 'runs.delete',
  http: 'DELETE /v1/runs/{runId}',
  summary: 'Delete a run; it can be restored, unless erased.',
  input: z.object({ runId, erase: z.stringbool().or(z.boolean()).default(false).describe('Remove it for good.') }),
  output: Nothing,
  errors: ['run_not_found'],
  allow: 'runs:admin',
  subject: 'run:{runId}',
  run: async (tracking: Pick<Runs, 'deleteRun'> & Pick<Erasure, 'eraseRun'>, input) => {
    if (input.erase) await tracking.eraseRun(input.runId)
    else await tracking.deleteRun(input.runId)
    return {}
  },
})

export const eraseRuns = operation({
  name: 'runs.erase',
  http: 'POST /v1/runs/erase',
  summary: 'Remove many runs for good, with all that was logged into them.',
  input: z.object({ runIds: z.array(runId).min(1).max(1000) }),
  output: Nothing,
  allow: 'runs:admin',
  subject: ({ runIds: ids }) => ids.map((id) => `run:${id}`),
  run: async (tracking: Erasure, input) => {
    await tracking.eraseRuns(input.runIds)
    return {}
  },
})

export const deleteExperiment = operation({
  name: 'experiments.delete',
  http: 'DELETE /v1/experiments/{experiment}',
  summary: 'Delete an experiment and its runs; it can be restored, unless erased.',
  input: z.object({
    experiment,
    erase: z.stringbool().or(z.boolean()).default(false).describe('Remove it for good; its name becomes free.'),
  }),
  output: Nothing,
  errors: ['experiment_not_found'],
  allow: 'experiments:write',
  subject: 'experiment:{experiment}',
  run: async (tracking: Pick<Experiments, 'deleteExperiment'> & Pick<Erasure, 'eraseExperiment'>, input) => {
    if (input.erase) await tracking.eraseExperiment(input.experiment)
    else await tracking.deleteExperiment(input.experiment)
    return {}
  },
})
