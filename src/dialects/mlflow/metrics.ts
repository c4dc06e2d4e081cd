import type { MetricPoint } from '../../modules/tracking/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { toMetricMessage } from './run-message.ts'
import { runIdOf } from './runs.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

const maxHistory = 25_000
const maxRuns = 100
const maxInterval = 2500

/** The clients show a history by time; ours is kept by step. Nearly always they agree. */
const byTime = (a: MetricPoint, b: MetricPoint) =>
  a.timestamp - b.timestamp || a.step - b.step || Number(a.value) - Number(b.value)

/** Without max_results the whole history, as the protocol's own description says. */
async function getHistory({ tracking }: Mlflow, fields: Fields): Promise<object> {
  const key = fields.required('metric_key')
  const query = { runId: runIdOf(fields), key, cursor: fields.filled('page_token') }
  const limit = fields.int('max_results') || Number.MAX_SAFE_INTEGER - 1
  const { items, nextCursor } = await tracking.metricHistory({ ...query, limit })
  const metrics = items.toSorted(byTime).map((point) => toMetricMessage({ key, ...point }))
  return compact({ metrics, next_page_token: nextCursor })
}

function checkRuns(runIds: readonly string[], name: string): void {
  if (runIds.length === 0) throw invalid(`GetMetricHistoryBulk request must specify at least one ${name}.`)
  if (runIds.length > maxRuns) {
    throw invalid(
      `GetMetricHistoryBulk request cannot specify more than ${maxRuns} ${name}s. Received ${runIds.length} ${name}s.`,
    )
  }
}

async function getHistoryBulk({ tracking }: Mlflow, fields: Fields): Promise<object> {
  const runIds = fields.texts('run_id')
  checkRuns(runIds, 'run_id')
  const key = fields.required('metric_key')
  const most = Math.min(fields.int('max_results') || maxHistory, maxHistory)
  const metrics: object[] = []
  for (const runId of runIds.toSorted()) {
    if (metrics.length >= most) break
    const { items } = await tracking.metricHistory({ runId, key, limit: most - metrics.length })
    for (const point of items.toSorted(byTime)) metrics.push({ ...toMetricMessage({ key, ...point }), run_id: runId })
  }
  return { metrics }
}

/** Thinned, each extreme kept: what these clients draw between their samples is what was logged. */
async function getInterval({ tracking }: Mlflow, fields: Fields): Promise<object> {
  const runIds = fields.texts('run_ids')
  checkRuns(runIds, 'run_id')
  const key = fields.required('metric_key')
  const [fromStep, toStep] = [fields.int('start_step'), fields.int('end_step')]
  if ((fromStep === undefined) !== (toStep === undefined)) {
    throw invalid('If either start step or end step are specified, both must be specified.')
  }
  if (fromStep !== undefined && toStep !== undefined && fromStep > toStep) {
    throw invalid(`end_step must be greater than start_step. Found start_step=${fromStep} and end_step=${toStep}.`)
  }
  const points = fields.int('max_results') ?? maxInterval
  if (points < 1 || points > maxInterval) {
    throw invalid(`max_results must be between 1 and ${maxInterval}, but got ${points}`)
  }
  const metrics: object[] = []
  for (const runId of runIds) {
    const chart = await tracking.metricChart({ runId, key, points: Math.max(2, points), fromStep, toStep })
    for (const point of chart) metrics.push({ ...toMetricMessage({ key, ...point }), run_id: runId })
  }
  return compact({ metrics })
}

export const metricRoutes: readonly Rpc[] = [
  rpc('GET mlflow/metrics/get-history', { allow: 'runs:read', run: getHistory }),
  rpc('GET mlflow/metrics/get-history-bulk', { allow: 'runs:read', run: getHistoryBulk }),
  rpc('GET mlflow/metrics/get-history-bulk-interval', { allow: 'runs:read', run: getInterval }),
]
