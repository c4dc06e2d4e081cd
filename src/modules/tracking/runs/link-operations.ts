import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { RunInput, RunOutput } from './link.ts'
import type { Links } from './links.ts'

const runId = z.string().min(1).max(256)

const links = operation({
  name: 'runs.links',
  http: 'GET /v1/runs/{runId}/links',
  summary: 'Show the data a run read and the models it made.',
  input: z.object({ runId }),
  output: z.object({ inputs: z.array(RunInput), outputs: z.array(RunOutput) }),
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: async (tracking: Links, input) => ({
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
  run: async (tracking: Links, { runId: id, ...input }) => {
    await tracking.recordInput(id, input)
    return {}
  },
})

export const linkOperations = [links, recordInput]
