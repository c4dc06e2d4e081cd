import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import { Lifecycle, Tags } from '../model.ts'
import { Run, RunSource, RunStatus } from './run.ts'
import type { RunMoves } from './run-move.ts'
import type { Runs } from './runs.ts'

const runId = z.string().min(1).max(256)

export const createRun = operation({
  name: 'runs.create',
  http: 'POST /v1/runs',
  summary: 'Start a run.',
  input: z.object({
    experimentId: z.string().min(1).max(500).describe('Id or name of the experiment.'),
    name: z.string().max(500).optional(),
    id: runId.optional().describe('Makes the call repeatable: the run with this id is answered when it exists.'),
    parentRunId: runId.optional(),
    tags: Tags.optional(),
    startedAt: z.number().int().optional(),
    source: RunSource.optional(),
  }),
  output: Run,
  errors: ['experiment_not_found', 'experiment_not_active', 'batch_invalid', 'run_exists'],
  allow: 'runs:write',
  subject: ({ parentRunId, experimentId }) =>
    parentRunId === undefined ? `experiment:${experimentId}` : `run:${parentRunId}`,
  status: 201,
  cli: { args: ['experimentId'], examples: ['slipway runs create Default --name baseline'] },
  run: (tracking: Runs, input, call) => tracking.createRun({ ...input, createdBy: call.principal.id }),
})

export const searchRuns = operation({
  name: 'runs.search',
  http: 'POST /v1/runs/search',
  summary: 'Find runs by what was logged into them.',
  description:
    "The filter compares metrics, params, tags, attributes and datasets: `metrics.auc > 0.9 AND (params.kernel = 'rbf' OR tags.team IN ('a', 'b'))`. min(metrics.loss) and max(metrics.loss) compare the extremes.",
  input: z.object({
    ...pageQuery,
    experiments: z.array(z.string()).max(1000).optional().describe('Ids or names; none means all.'),
    filter: z.string().max(10_000).optional(),
    orderBy: z
      .array(z.string())
      .max(20)
      .optional()
      .describe('For example `metrics.auc DESC`; newest first by default.'),
    lifecycle: z.union([Lifecycle, z.literal('all')]).optional(),
    select: z
      .array(z.string().max(300))
      .max(1000)
      .optional()
      .describe('What to answer of that which was logged: `metrics.auc`, `params.depth`, `tags.team`; default all.'),
  }),
  output: pageOf(Run),
  errors: ['filter_invalid', 'experiment_not_found', 'select_invalid'],
  allow: 'runs:read',
  subject: 'runs',
  cli: { examples: ['slipway runs search --experiments Default --filter "metrics.accuracy > 0.9"'] },
  run: (tracking: Runs, input) => tracking.searchRuns(input),
})

export const getRun = operation({
  name: 'runs.get',
  http: 'GET /v1/runs/{runId}',
  summary: 'Show a run with its latest metrics, parameters and tags.',
  input: z.object({ runId }),
  output: Run,
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: (tracking: Runs, input) => tracking.getRun(input.runId),
})

export const updateRun = operation({
  name: 'runs.update',
  http: 'PATCH /v1/runs/{runId}',
  summary: 'Rename a run or set its status.',
  input: z.object({
    runId,
    name: z.string().min(1).max(500).optional(),
    status: RunStatus.optional(),
    endedAt: z.number().int().optional(),
  }),
  output: Run,
  errors: ['run_not_found', 'run_not_active'],
  allow: 'runs:write',
  subject: 'run:{runId}',
  run: async (tracking: Runs, { runId: id, ...changes }) => {
    await tracking.updateRun(id, changes)
    return tracking.getRun(id)
  },
})

export const restoreRun = operation({
  name: 'runs.restore',
  http: 'POST /v1/runs/{runId}/restore',
  summary: 'Restore a deleted run.',
  input: z.object({ runId }),
  output: Nothing,
  errors: ['run_not_found', 'experiment_not_active'],
  allow: 'runs:admin',
  subject: 'run:{runId}',
  run: async (tracking: Runs, input) => {
    await tracking.restoreRun(input.runId)
    return {}
  },
})

export const moveRuns = operation({
  name: 'runs.move',
  http: 'POST /v1/runs/move',
  summary: 'Move runs to another experiment, with all that was logged into them and the runs nested in them.',
  input: z.object({
    runIds: z.array(runId).min(1).max(1000),
    experiment: z.string().min(1).max(500).describe('Id or name of the experiment they go to.'),
  }),
  output: z.object({ moved: z.array(z.string()).describe('Ids of the runs that were elsewhere before.') }),
  errors: ['run_not_found', 'experiment_not_found', 'experiment_not_active'],
  allow: 'runs:admin',
  subject: ({ runIds, experiment }) => [...runIds.map((id) => `run:${id}`), `experiment:${experiment}`],
  run: async (tracking: RunMoves, input) => ({ moved: await tracking.moveRuns(input.runIds, input.experiment) }),
})
