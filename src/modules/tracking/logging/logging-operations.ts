import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import { Batch } from '../metrics/batch.ts'
import { MetricPoint } from '../metrics/metric.ts'
import type { Logging } from './logging.ts'

const runId = z.string().min(1).max(256)
const key = z.string().min(1).max(250).describe('Name of the metric.')

export const logBatch = operation({
  name: 'runs.log',
  http: 'POST /v1/runs/{runId}/log',
  summary: 'Log metrics, parameters and tags into a run, all or none.',
  description: 'Logging the same batch again changes nothing, so it is safe to repeat after a lost answer.',
  input: z.object({ runId, ...Batch.shape }),
  output: Nothing,
  errors: ['run_not_found', 'run_not_active', 'param_changed', 'batch_invalid'],
  allow: 'runs:write',
  subject: 'run:{runId}',
  run: async (tracking: Logging, { runId: id, ...batch }) => {
    await tracking.logBatch(id, batch)
    return {}
  },
})

const history = operation({
  name: 'runs.metrics.history',
  http: 'GET /v1/runs/{runId}/metrics/history',
  summary: 'List every point of a metric in order of time.',
  input: z.object({ ...pageQuery, runId, key }),
  output: pageOf(MetricPoint),
  errors: ['run_not_found'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: (tracking: Logging, input) => tracking.metricHistory(input),
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
  run: async (tracking: Logging, input) => ({ points: await tracking.metricChart(input) }),
})

export const metricOperations = [history, chart]
