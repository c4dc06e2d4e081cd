import type { Batch, Metric } from '../../modules/tracking/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { ofRun, runIdOf, splitTags } from './runs.ts'
import { invalid } from './wire-error.ts'

/** Longer values are cut, and not refused, by this protocol's own server: a log call must not end a training. */
const longest = { param: 6000, tag: 8000 } as const

function cut(value: string, length: number): string {
  return value.length > length ? value.slice(0, length) : value
}

const limits = { metrics: 1000, params: 100, tags: 100, total: 1000 } as const

/** A number, or one of the names that JSON has no number for. */
export function metricValue(fields: Fields): Metric['value'] {
  const value = fields.raw('value')
  if (typeof value === 'number') return value
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  if (!Number.isNaN(number)) return number
  fields.present('value')
  throw invalid(
    `Got invalid value ${JSON.stringify(value)} for metric '${fields.text('key')}'. Please specify value as a valid double.`,
  )
}

function toMetric(fields: Fields): Metric {
  return {
    key: fields.required('key'),
    value: metricValue(fields),
    timestamp: fields.requiredInt('timestamp'),
    step: fields.int('step') ?? 0,
    modelId: fields.filled('model_id'),
    datasetName: fields.filled('dataset_name'),
    datasetDigest: fields.filled('dataset_digest'),
  }
}

/** Logs, and changes what tags say about the run itself, all or none. It may be repeated. */
async function log(mlflow: Mlflow, runId: string, batch: Batch): Promise<object> {
  const { tags, changes } = splitTags(batch.tags ?? {})
  await mlflow.platform.db.transaction(async (tx) => {
    await mlflow.tracking.logBatch(runId, { ...batch, tags }, tx)
    if (Object.keys(changes).length > 0) await mlflow.tracking.updateRun(runId, changes, tx)
  })
  return {}
}

async function logBatch(mlflow: Mlflow, fields: Fields): Promise<object> {
  const metrics = fields.messages('metrics')
  const params = fields.messages('params')
  const tags = fields.messages('tags')
  checkCount('metrics', metrics.length)
  checkCount('params', params.length)
  checkCount('tags', tags.length)
  const total = metrics.length + params.length + tags.length
  if (total > limits.total) {
    throw invalid(
      `A batch logging request can contain at most ${limits.total} metrics, params, and tags in total. Got ${total}. Please split up requests and try again.`,
    )
  }
  const given = new Map<string, string>()
  for (const param of params) {
    const key = param.required('key')
    if (given.has(key)) {
      throw invalid(
        `Duplicate parameter keys have been submitted: ['${key}']. Please ensure the request contains only one param value per param key.`,
      )
    }
    given.set(key, cut(param.text('value') ?? '', longest.param))
  }
  return log(mlflow, fields.required('run_id'), {
    metrics: metrics.map(toMetric),
    params: Object.fromEntries(given),
    tags: Object.fromEntries(
      Object.entries(fields.pairs('tags')).map(([key, value]) => [key, cut(value, longest.tag)]),
    ),
  })
}

function checkCount(what: 'metrics' | 'params' | 'tags', count: number): void {
  if (count <= limits[what]) return
  throw invalid(
    `A batch logging request can contain at most ${limits[what]} ${what}. Got ${count} ${what}. Please split up ${what} across multiple requests and try again.`,
  )
}

export const loggingRoutes: readonly Rpc[] = [
  rpc('POST mlflow/runs/log-batch', { allow: 'runs:write', subject: ofRun, run: logBatch }),
  rpc('POST mlflow/runs/log-metric', {
    allow: 'runs:write',
    subject: ofRun,
    run: (mlflow, fields) => log(mlflow, runIdOf(fields), { metrics: [toMetric(fields)] }),
  }),
  rpc('POST mlflow/runs/log-parameter', {
    allow: 'runs:write',
    subject: ofRun,
    run: (mlflow, fields) =>
      log(mlflow, runIdOf(fields), {
        params: { [fields.required('key')]: cut(fields.present('value'), longest.param) },
      }),
  }),
  rpc('POST mlflow/runs/set-tag', {
    allow: 'runs:write',
    subject: ofRun,
    run: (mlflow, fields) =>
      log(mlflow, runIdOf(fields), { tags: { [fields.required('key')]: cut(fields.present('value'), longest.tag) } }),
  }),
  rpc('POST mlflow/runs/delete-tag', {
    allow: 'runs:write',
    subject: ofRun,
    run: async ({ tracking }, fields) => {
      await tracking.deleteTag(fields.required('run_id'), fields.required('key'))
      return {}
    },
  }),
]
