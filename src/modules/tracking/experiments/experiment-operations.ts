import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import { Lifecycle, Tags } from '../model.ts'
import { Experiment } from './experiment.ts'
import type { Experiments } from './experiments.ts'

const experiment = z.string().min(1).max(500).describe('Id or name of the experiment.')
const name = z.string().trim().min(1).max(500)

export const createExperiment = operation({
  name: 'experiments.create',
  http: 'POST /v1/experiments',
  summary: 'Create an experiment.',
  input: z.object({ name, tags: Tags.optional() }),
  output: Experiment,
  errors: ['experiment_exists'],
  allow: 'experiments:write',
  subject: 'experiment:{name}',
  status: 201,
  cli: { args: ['name'], examples: ['slipway experiments create churn'] },
  run: (tracking: Experiments, input) => tracking.createExperiment(input),
})

export const searchExperiments = operation({
  name: 'experiments.list',
  http: 'GET /v1/experiments',
  summary: 'List experiments, newest first.',
  input: z.object({
    ...pageQuery,
    filter: z.string().max(10_000).optional().describe("For example `name LIKE 'churn%' AND tags.team = 'risk'`."),
    folder: z.string().min(1).max(480).optional().describe('Only those in it, at any depth: `team/vision`.'),
    lifecycle: z.union([Lifecycle, z.literal('all')]).optional(),
  }),
  output: pageOf(Experiment),
  errors: ['filter_invalid'],
  allow: 'experiments:read',
  subject: 'experiments',
  cli: { examples: ['slipway experiments list --folder team/vision'] },
  run: (tracking: Experiments, input) => tracking.searchExperiments(input),
})

export const getExperiment = operation({
  name: 'experiments.get',
  http: 'GET /v1/experiments/{experiment}',
  summary: 'Show an experiment.',
  input: z.object({ experiment }),
  output: Experiment,
  errors: ['experiment_not_found'],
  allow: 'experiments:read',
  subject: 'experiment:{experiment}',
  run: (tracking: Experiments, input) => tracking.getExperiment(input.experiment),
})

export const updateExperiment = operation({
  name: 'experiments.update',
  http: 'PATCH /v1/experiments/{experiment}',
  summary: 'Rename an experiment or change its tags.',
  input: z.object({
    experiment,
    name: name.optional(),
    tags: z.record(z.string(), z.string().nullable()).optional().describe('Merged; null removes a tag.'),
  }),
  output: Experiment,
  errors: ['experiment_not_found', 'experiment_exists', 'experiment_not_active'],
  allow: 'experiments:write',
  subject: 'experiment:{experiment}',
  run: (tracking: Experiments, { experiment: ref, ...changes }) => tracking.updateExperiment(ref, changes),
})

export const restoreExperiment = operation({
  name: 'experiments.restore',
  http: 'POST /v1/experiments/{experiment}/restore',
  summary: 'Restore a deleted experiment and its runs.',
  input: z.object({ experiment }),
  output: Nothing,
  errors: ['experiment_not_found'],
  allow: 'experiments:write',
  subject: 'experiment:{experiment}',
  run: async (tracking: Experiments, input) => {
    await tracking.restoreExperiment(input.experiment)
    return {}
  },
})
