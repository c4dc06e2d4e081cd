import type { Field } from '../../kernel/filter.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Trace } from '../../modules/tracking/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { experimentOf, readTraceInfo, toAssessmentMessage, toTraceInfo } from './trace-message.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** Traces, third version of the protocol: the record here, the spans as an artifact that the client uploads itself. */
const version = '3.0'
const read = 'traces:read'
const write = 'traces:write'

const names = new Map([
  ['request_id', 'id'],
  ['trace_id', 'id'],
  ['timestamp', 'startedAt'],
  ['timestamp_ms', 'startedAt'],
  ['execution_time', 'durationMs'],
  ['execution_time_ms', 'durationMs'],
  ['status', 'state'],
  ['client_request_id', 'clientRequestId'],
])

function fieldName(field: Field): Field {
  const entity = field.entity?.toLowerCase()
  if (entity === 'request_metadata') return { ...field, entity: 'metadata' }
  if (entity !== undefined && !entity.startsWith('attr') && entity !== 'trace') return field
  // Two attributes are kept as a tag and as metadata.
  if (field.key === 'name') return { ...field, entity: 'tags', key: 'mlflow.traceName' }
  if (field.key === 'run_id') return { ...field, entity: 'metadata', key: 'mlflow.sourceRun' }
  return { ...field, entity: 'attributes', key: names.get(field.key) ?? field.key }
}

async function infoOf({ directory }: Mlflow, trace: Trace): Promise<object> {
  return toTraceInfo(trace, await directory.placeOf(trace.experimentId))
}

async function start(mlflow: Mlflow, fields: Fields): Promise<object> {
  const info = fields.message('trace')?.message('trace_info')
  if (info === undefined) throw invalid("Missing value for required parameter 'trace.trace_info'.")
  const experiment = await mlflow.directory.experiment(experimentOf(info.message('trace_location')))
  const trace = await mlflow.tracking.recordTrace(readTraceInfo(info, experiment.id))
  return { trace: { trace_info: await infoOf(mlflow, trace) } }
}

async function search(mlflow: Mlflow, fields: Fields): Promise<object> {
  const experimentIds: string[] = []
  for (const location of fields.messages('locations')) {
    const experiment = await mlflow.directory.findExperiment(experimentOf(location))
    if (experiment !== undefined) experimentIds.push(experiment.id)
  }
  if (experimentIds.length === 0) return {}
  const page = await mlflow.tracking.searchTraces({
    experimentIds,
    filter: fields.filled('filter'),
    orderBy: fields.texts('order_by'),
    limit: fields.limit('max_results', { fallback: 100, most: 500 }),
    cursor: fields.filled('page_token'),
    fieldName,
  })
  const traces: object[] = []
  for (const trace of page.items) traces.push(await infoOf(mlflow, trace))
  return compact({ traces, next_page_token: page.nextCursor })
}

async function remove(mlflow: Mlflow, fields: Fields): Promise<object> {
  const ids = fields.texts('request_ids')
  if (ids.length > 0) return { traces_deleted: await mlflow.tracking.deleteTraces(ids) }
  const experiment = await mlflow.directory.experiment(fields.required('experiment_id'))
  const until = fields.int('max_timestamp_millis')
  if (until === undefined)
    throw invalid('Either `max_timestamp_millis` or `trace_ids` must be specified, but not both.')
  const limit = fields.int('max_traces') ?? 1_000_000
  return { traces_deleted: await mlflow.tracking.deleteOldTraces(experiment.id, until, limit) }
}

async function putAssessment(mlflow: Mlflow, traceId: string, fields: Fields, id?: string): Promise<object> {
  const given = fields.message('assessment')
  if (given === undefined) throw invalid("Missing value for required parameter 'assessment'.")
  const before = id === undefined ? undefined : await findAssessment(mlflow, traceId, id)
  const changes = given.object() as JsonObject
  const name = given.filled('assessment_name') ?? before?.name
  if (name === undefined) throw invalid("Missing value for required parameter 'assessment.assessment_name'.")
  const body = { valid: true, ...before?.body, ...changes }
  return { assessment: toAssessmentMessage(await mlflow.tracking.putAssessment(traceId, { id, name, body })) }
}

async function findAssessment({ tracking }: Mlflow, traceId: string, id: string) {
  const found = (await tracking.getTrace(traceId)).assessments.find((one) => one.id === id)
  if (found === undefined) throw invalid(`Assessment with ID '${id}' not found for trace '${traceId}'`)
  return found
}

const tagRoutes = (own: '3.0' | undefined): Rpc[] => {
  const options = own === undefined ? {} : { version: own }
  return [
    rpc('PATCH mlflow/traces/{trace_id}/tags', {
      ...options,
      allow: write,
      run: async ({ tracking }, fields) => {
        await tracking.tagTrace(fields.required('trace_id'), { [fields.required('key')]: fields.text('value') ?? '' })
        return {}
      },
    }),
    rpc('DELETE mlflow/traces/{trace_id}/tags', {
      ...options,
      allow: write,
      run: async ({ tracking }, fields) => {
        await tracking.tagTrace(fields.required('trace_id'), { [fields.required('key')]: null })
        return {}
      },
    }),
    rpc('POST mlflow/traces/delete-traces', { ...options, allow: write, run: remove }),
  ]
}

export const traceRoutes: readonly Rpc[] = [
  ...tagRoutes(undefined),
  ...tagRoutes(version),
  rpc('POST mlflow/traces', { version, allow: write, run: start }),
  rpc('POST mlflow/traces/search', { version, allow: read, run: search }),
  rpc('GET mlflow/traces/{trace_id}', {
    version,
    allow: read,
    run: async (mlflow, fields) => {
      const trace = await mlflow.tracking.getTrace(fields.required('trace_id'))
      return { trace: { trace_info: await infoOf(mlflow, trace) } }
    },
  }),
  rpc('POST mlflow/traces/{trace_id}/assessments', {
    version,
    allow: write,
    run: (mlflow, fields) => putAssessment(mlflow, fields.required('trace_id'), fields),
  }),
  rpc('GET mlflow/traces/{trace_id}/assessments/{assessment_id}', {
    version,
    allow: read,
    run: async (mlflow, fields) => {
      const found = await findAssessment(mlflow, fields.required('trace_id'), fields.required('assessment_id'))
      return { assessment: toAssessmentMessage(found) }
    },
  }),
  rpc('PATCH mlflow/traces/{trace_id}/assessments/{assessment_id}', {
    version,
    allow: write,
    run: (mlflow, fields) =>
      putAssessment(mlflow, fields.required('trace_id'), fields, fields.required('assessment_id')),
  }),
  rpc('DELETE mlflow/traces/{trace_id}/assessments/{assessment_id}', {
    version,
    allow: write,
    run: async ({ tracking }, fields) => {
      await tracking.deleteAssessment(fields.required('trace_id'), fields.required('assessment_id'))
      return {}
    },
  }),
]
