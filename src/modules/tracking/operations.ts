import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { bundleOperations } from './bundles/bundle-operations.ts'
import { evaluationOperations } from './evaluations/evaluation-operations.ts'
import { folderOperations } from './experiments/experiment-folder-operations.ts'
import * as experiments from './experiments/experiment-operations.ts'
import { Artifact, ArtifactEntry, MetricPoint, RunInput, RunOutput } from './model.ts'
import { manyRunOperations } from './runs/run-many-operations.ts'
import * as runs from './runs/run-operations.ts'
import type { Tracking } from './service.ts'
import { traceOperations } from './traces/trace-operations.ts'
import { watchOperations } from './watches/watch-operations.ts'

const runId = z.string().min(1).max(256)
const key = z.string().min(1).max(250).describe('Name of the metric.')

const history = operation({
  name: 'runs.metrics.history',
  http: 'GET /v1/runs/{runId}/metrics/history',
  summary: 'List every point of a metric in order of time.',
  input: z.object({ ...pageQuery, runId, key }),
  output: pageOf(MetricPoint),
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: (tracking: Tracking, input) => tracking.metricHistory(input),
})

const chart = operation({
  name: 'runs.metrics.chart',
  http: 'GET /v1/runs/{runId}/metrics/chart',
  summary: 'Thin a metric to about so many points for a chart; every extreme stays.',
  input: z.object({
    runId,
    key,
    points: z.coerce.number().int().min(2).max(10_000).default(500),
    fromStep: z.coerce.number().int().optional(),
    toStep: z.coerce.number().int().optional(),
  }),
  output: z.object({ points: z.array(MetricPoint) }),
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: async (tracking: Tracking, input) => ({ points: await tracking.metricChart(input) }),
})

const listArtifacts = operation({
  name: 'runs.artifacts.list',
  http: 'GET /v1/runs/{runId}/artifacts',
  summary: 'List a folder of the files stored with a run.',
  input: z.object({
    runId,
    path: z.string().max(1024).optional().describe('Folder; default the root.'),
    isRecursive: z.stringbool().or(z.boolean()).default(false).describe('All files below it, and no folders.'),
  }),
  output: z.object({ items: z.array(ArtifactEntry) }),
  errors: ['run_not_found', 'artifact_path_invalid'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: async (tracking: Tracking, { runId: id, path, isRecursive }) => {
    if (!isRecursive) return { items: await tracking.listArtifacts(id, path) }
    const files = await tracking.listFiles(id, path)
    return {
      items: files.map(({ path: own, sizeBytes, digest }) => ({ path: own, isFolder: false, sizeBytes, digest })),
    }
  },
})

const storeArtifact = operation({
  name: 'runs.artifacts.store',
  http: 'POST /v1/runs/{runId}/artifacts',
  summary: 'Store a file with a run; its bytes are uploaded first with PUT /v1/blobs.',
  input: z.object({
    runId,
    path: z.string().min(1).max(1024),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    sizeBytes: z.number().int().nonnegative(),
  }),
  output: Artifact,
  errors: ['run_not_found', 'run_not_active', 'artifact_path_invalid', 'blob_not_found'],
  allow: 'runs:write',
  subject: 'run:{runId}',
  status: 201,
  run: (tracking: Tracking, input) => tracking.storeArtifact(input.runId, input.path, input.digest, input.sizeBytes),
})

const links = operation({
  name: 'runs.links',
  http: 'GET /v1/runs/{runId}/links',
  summary: 'Show the data a run read and the models it made.',
  input: z.object({ runId }),
  output: z.object({ inputs: z.array(RunInput), outputs: z.array(RunOutput) }),
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: async (tracking: Tracking, input) => ({
    inputs: await tracking.listInputs(input.runId),
    outputs: await tracking.listOutputs(input.runId),
  }),
})

const recordInput = operation({
  name: 'runs.inputs.record',
  http: 'POST /v1/runs/{runId}/inputs',
  summary: 'Record that a run read a dataset version.',
  input: z.object({ runId, datasetVersionId: z.string(), context: z.string().max(250).optional() }),
  output: Nothing,
  errors: ['run_not_found', 'run_not_active', 'dataset_version_not_found'],
  allow: 'runs:write',
  subject: 'run:{runId}',
  run: async (tracking: Tracking, { runId: id, ...input }) => {
    await tracking.recordInput(id, input)
    return {}
  },
})

export const operations = [
  experiments.createExperiment,
  experiments.searchExperiments,
  experiments.getExperiment,
  experiments.updateExperiment,
  experiments.deleteExperiment,
  experiments.restoreExperiment,
  ...folderOperations,
  runs.createRun,
  runs.searchRuns,
  runs.getRun,
  runs.updateRun,
  runs.deleteRun,
  runs.restoreRun,
  runs.moveRuns,
  runs.forkRun,
  runs.logBatch,
  ...manyRunOperations,
  history,
  chart,
  listArtifacts,
  storeArtifact,
  links,
  recordInput,
  ...bundleOperations,
  ...traceOperations,
  ...evaluationOperations,
  ...watchOperations,
]
