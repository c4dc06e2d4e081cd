import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { RunBundle, RunBundleChanges } from './run-bundle.ts'
import type { RunBundles } from './run-bundles.ts'
import { TraceBundle } from './trace-bundle.ts'
import type { TraceBundles } from './trace-bundles.ts'

const runId = z.string().min(1).max(256)
const traceId = z.string().min(1).max(256)
const experiment = z.string().min(1).max(500)

const readRun = operation({
  name: 'runs.bundle.get',
  http: 'GET /v1/runs/{runId}/bundle',
  summary: 'Show all of a run but the points of its metrics and the bytes of its files.',
  input: z.object({ runId }),
  output: RunBundle,
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: (tracking: RunBundles, input) => tracking.readRunBundle(input.runId),
})

const takeRun = operation({
  name: 'runs.bundle.put',
  http: 'PUT /v1/runs/{runId}/bundle',
  summary: 'Take over a run of another server under the id it has there, or what is new in it.',
  description:
    'What is absent stays as it is, and the same again changes nothing. Bytes are stored first (PUT /v1/blobs), points of metrics afterwards (runs log). A run that is here stays in its experiment.',
  input: RunBundleChanges.extend({
    runId,
    experiment: experiment.describe('Id or name of the experiment that a new run comes into.'),
  }),
  output: Nothing,
  errors: [
    'experiment_not_found',
    'experiment_not_active',
    'run_not_active',
    'param_changed',
    'batch_invalid',
    'artifact_path_invalid',
    'blob_not_found',
  ],
  allow: 'runs:write',
  subject: 'run:{runId}',
  run: async (tracking: RunBundles, { runId: id, experiment: ref, ...changes }, call) => {
    await tracking.takeRunBundle({ runId: id, experiment: ref, changes, createdBy: call.principal.id })
    return {}
  },
})

const readTrace = operation({
  name: 'traces.bundle.get',
  http: 'GET /v1/traces/{traceId}/bundle',
  summary: 'Show a trace with its spans as they are stored, for another server.',
  input: z.object({ traceId }),
  output: TraceBundle,
  errors: ['trace_not_found'],
  allow: 'traces:read',
  subject: 'trace:{traceId}',
  run: (tracking: TraceBundles, input) => tracking.readTraceBundle(input.traceId),
})

const takeTrace = operation({
  name: 'traces.bundle.put',
  http: 'PUT /v1/traces/{traceId}/bundle',
  summary: 'Take over a trace of another server under the id it has there.',
  description: 'The same again changes nothing. Runs it belongs to that are not here are passed over.',
  input: TraceBundle.omit({ experimentId: true }).extend({ traceId, experiment }),
  output: Nothing,
  errors: ['experiment_not_found', 'experiment_not_active', 'artifact_path_invalid', 'blob_not_found'],
  allow: 'traces:write',
  subject: 'trace:{traceId}',
  run: async (tracking: TraceBundles, { traceId: _, experiment: experimentId, ...bundle }) => {
    await tracking.takeTraceBundle({ ...bundle, experimentId })
    return {}
  },
})

export const bundleOperations = [readRun, takeRun, readTrace, takeTrace]
