import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { Lifecycle } from '../model.ts'
import type { ManyRuns } from './run-bulk.ts'
import { RunGroups } from './run-groups.ts'
import { RunKeys } from './run-keys.ts'
import type { Runs } from './runs.ts'

/** What is asked of many runs at once, or done with them. */

const scope = {
  experiments: z.array(z.string()).max(1000).optional().describe('Ids or names; none means all.'),
  filter: z.string().max(10_000).optional().describe('As in `runs search`.'),
  lifecycle: z.union([Lifecycle, z.literal('all')]).optional(),
}

const runIds = z.array(z.string().min(1).max(256)).min(1).max(1000)

const keys = operation({
  name: 'runs.keys',
  http: 'POST /v1/runs/keys',
  summary: 'List the metrics, parameters and tags that runs were logged with, the most frequent first.',
  input: z.object(scope),
  output: RunKeys,
  errors: ['filter_invalid', 'experiment_not_found'],
  allow: 'runs:read',
  subject: 'runs',
  cli: { examples: ['slipway runs keys --experiments Default'] },
  run: (tracking: Runs, input) => tracking.listRunKeys(input),
})

const groups = operation({
  name: 'runs.groups',
  http: 'POST /v1/runs/groups',
  summary: 'Group runs by a parameter, a tag or an attribute, and sum up their metrics.',
  input: z.object({
    ...scope,
    by: z.string().min(1).max(300).describe('`params.depth`, `tags.team`, `status`.'),
    metrics: z.array(z.string().max(250)).max(50).optional().describe('Summed up over the latest values.'),
    limit: z.number().int().min(1).max(1000).default(200),
  }),
  output: RunGroups,
  errors: ['filter_invalid', 'experiment_not_found', 'group_invalid'],
  allow: 'runs:read',
  subject: 'runs',
  cli: { examples: ['slipway runs groups --by params.depth --metrics loss'] },
  run: (tracking: Runs, input) => tracking.groupRuns(input),
})

const change = operation({
  name: 'runs.change',
  http: 'POST /v1/runs/change',
  summary: 'Tag, delete or restore many runs, all of them or none.',
  input: z.object({
    runIds,
    tags: z.record(z.string(), z.string().nullable()).optional().describe('Merged; null removes one.'),
    lifecycle: Lifecycle.optional().describe('`deleted` ones can be restored with `active`.'),
  }),
  output: Nothing,
  errors: ['run_not_found', 'run_not_active', 'batch_invalid'],
  allow: 'runs:write',
  subject: ({ runIds: ids, lifecycle }) => [
    ...ids.map((id) => `run:${id}`),
    ...(lifecycle === undefined ? [] : ['runs']),
  ],
  run: async (tracking: ManyRuns, { runIds: ids, ...changes }) => {
    await tracking.changeRuns(ids, changes)
    return {}
  },
})

export const manyRunOperations = [keys, groups, change]
