import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Experiments } from '../experiments/experiments.ts'
import { Tags } from '../model.ts'
import type { EvaluationSets } from './evaluation-sets.ts'

/** Evaluation sets to read; clients write them in their own words. */

const fieldTypes = z.record(z.string(), z.string())

const EvaluationSetFacts = z.object({
  id: z.string(),
  name: z.string(),
  tags: Tags,
  experimentIds: z.array(z.string()).describe('Experiments whose evaluations it belongs to.'),
  fields: z
    .object({ inputs: fieldTypes, outputs: z.union([fieldTypes, z.string()]), expectations: fieldTypes })
    .optional()
    .describe('The type of each field that its cases have had.'),
  recordCount: z.number().int(),
  createdAt: z.number(),
  updatedAt: z.number(),
  createdBy: z.string().optional(),
  updatedBy: z.string().optional(),
})

const EvaluationCase = z.object({
  id: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.unknown().optional(),
  expectations: z.record(z.string(), z.unknown()).optional(),
  tags: z.record(z.string(), z.unknown()).optional(),
  source: z.record(z.string(), z.unknown()).optional().describe('Where the case comes from: a trace, a person, code.'),
  createdAt: z.number(),
  updatedAt: z.number(),
  createdBy: z.string().optional(),
  updatedBy: z.string().optional(),
})

const set = z.string().min(1).max(256).describe('Id of the evaluation set.')

const list = operation({
  name: 'evaluations.list',
  http: 'GET /v1/evaluations',
  summary: 'List evaluation sets, newest first.',
  input: z.object({
    ...pageQuery,
    experiment: z.string().max(500).optional().describe('Id or name; only those that belong to it.'),
  }),
  output: pageOf(EvaluationSetFacts),
  errors: ['experiment_not_found'],
  allow: 'runs:read',
  subject: 'evaluations',
  run: async (tracking: EvaluationSets & Pick<Experiments, 'getExperiment'>, { experiment, ...page }) => {
    const ids = experiment === undefined ? [] : [(await tracking.getExperiment(experiment)).id]
    const found = await tracking.searchEvaluationSets({ ...page, experimentIds: ids, orderBy: ['createdAt DESC'] })
    return { ...found, items: found.items.map(toFacts) }
  },
})

const get = operation({
  name: 'evaluations.get',
  http: 'GET /v1/evaluations/{set}',
  summary: 'Show an evaluation set.',
  input: z.object({ set }),
  output: EvaluationSetFacts,
  errors: ['evaluation_set_not_found'],
  allow: 'runs:read',
  subject: 'evaluation:{set}',
  run: async (tracking: EvaluationSets, input) => toFacts(await tracking.getEvaluationSet(input.set)),
})

const cases = operation({
  name: 'evaluations.cases',
  http: 'GET /v1/evaluations/{set}/cases',
  summary: 'List the cases of an evaluation set: what goes in, and what is expected to come out.',
  input: z.object({ set, ...pageQuery }),
  output: pageOf(EvaluationCase),
  errors: ['evaluation_set_not_found'],
  allow: 'runs:read',
  subject: 'evaluation:{set}',
  run: (tracking: EvaluationSets, { set: id, ...page }) => tracking.listEvaluationRecords(id, page),
})

function toFacts({ fields, experimentIds, ...facts }: Awaited<ReturnType<EvaluationSets['getEvaluationSet']>>) {
  return { ...facts, experimentIds: [...experimentIds], ...(fields === undefined ? {} : { fields }) }
}

export const evaluationOperations = [list, get, cases]
