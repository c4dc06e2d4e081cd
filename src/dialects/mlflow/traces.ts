import type { Trace } from '../../modules/tracking/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { toSpanMessage } from './span-message.ts'
import { experimentOf, readTraceInfo, toTraceInfo } from './trace-message.ts'
import { traceFieldName } from './trace-search-names.ts'
import { invalid, wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

/**
 * Traces, third version of the protocol. The spans come over OTLP (dialects/otlp) and are answered here with their trace;
 * clients before 3.4 upload them as an artifact instead, and read them from there.
 */
const version = '3.0'
const read = 'traces:read'
const write = 'traces:write'
const maxIds = 500
const maxLinks = 100
const promptsTag = 'mlflow.linkedPrompts'

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
    fieldName: traceFieldName,
  })
  const traces: object[] = []
  for (const trace of page.items) traces.push(await infoOf(mlflow, trace))
  return compact({ traces, next_page_token: page.nextCursor })
}

/** Whole traces in the order of the ids, without those that are not there, or not yet with all their spans. */
async function wholeTraces(mlflow: Mlflow, ids: readonly string[], allowPartial: boolean): Promise<object[]> {
  const traces = await mlflow.tracking.findTraces(ids)
  const spans = Map.groupBy(await mlflow.tracking.listSpans(ids), (span) => span.traceId)
  const messages: object[] = []
  for (const trace of traces) {
    if (!allowPartial && trace.spanCount < announcedSpans(trace)) continue
    const own = spans.get(trace.id) ?? []
    const rootsFirst = [...own.filter((span) => !span.parentId), ...own.filter((span) => span.parentId)]
    messages.push({ trace_info: await infoOf(mlflow, trace), spans: rootsFirst.map(toSpanMessage) })
  }
  return messages
}

/** How many spans its client says the trace has; they may arrive after the trace itself. At least one. */
function announcedSpans({ metadata }: Trace): number {
  try {
    const stats = JSON.parse(metadata['mlflow.trace.sizeStats'] ?? '{}') as { num_spans?: unknown }
    return typeof stats.num_spans === 'number' ? Math.max(1, stats.num_spans) : 1
  } catch {
    return 1
  }
}

async function getWhole(mlflow: Mlflow, fields: Fields): Promise<object> {
  const id = fields.required('trace_id')
  // Throws when there is no such trace.
  await mlflow.tracking.getTrace(id)
  const [trace] = await wholeTraces(mlflow, [id], fields.flag('allow_partial'))
  if (trace === undefined)
    throw wireError('RESOURCE_DOES_NOT_EXIST', `The spans of trace ${id} are not all stored yet.`)
  return { trace }
}

async function batchInfos(mlflow: Mlflow, fields: Fields): Promise<object> {
  const infos: object[] = []
  for (const trace of await mlflow.tracking.findTraces(idsOf(fields))) infos.push(await infoOf(mlflow, trace))
  return compact({ trace_infos: infos })
}

function idsOf(fields: Fields): string[] {
  const ids = fields.texts('trace_ids')
  if (ids.length === 0) throw invalid("Missing value for required parameter 'trace_ids'.")
  if (ids.length > maxIds) throw invalid(`At most ${maxIds} trace ids are answered at once, got ${ids.length}.`)
  return ids
}

async function link({ tracking }: Mlflow, fields: Fields): Promise<object> {
  const ids = fields.texts('trace_ids')
  if (ids.length > maxLinks) {
    const problem = `Cannot link more than ${maxLinks} traces to a run in a single request. Provided ${ids.length} traces.`
    throw invalid(problem)
  }
  await tracking.linkTraces(ids, fields.required('run_id'))
  return {}
}

/** Prompts are kept as the client's own tag: a list of names and versions. */
async function linkPrompts({ tracking }: Mlflow, fields: Fields): Promise<object> {
  const id = fields.required('trace_id')
  const given = fields.messages('prompt_versions').map((one) => ({
    name: one.required('name'),
    version: one.required('version'),
  }))
  const { tags } = await tracking.getTrace(id)
  const before = JSON.parse(tags[promptsTag] ?? '[]') as { name: string; version: string }[]
  const isNew = (one: { name: string; version: string }) =>
    !before.some((other) => other.name === one.name && other.version === one.version)
  await tracking.tagTrace(id, { [promptsTag]: JSON.stringify([...before, ...given.filter(isNew)]) })
  await tracking.linkPrompts(
    id,
    given.map((one) => `${one.name}/${one.version}`),
  )
  return {}
}

async function remove(mlflow: Mlflow, fields: Fields): Promise<object> {
  const ids = fields.texts('request_ids')
  const experiment = await mlflow.directory.experiment(fields.required('experiment_id'))
  if (ids.length > 0) return { traces_deleted: await mlflow.tracking.deleteTraces(ids, experiment.id) }
  const until = fields.int('max_timestamp_millis')
  if (until === undefined)
    throw invalid('Either `max_timestamp_millis` or `trace_ids` must be specified, but not both.')
  const limit = fields.int('max_traces') ?? 1_000_000
  return { traces_deleted: await mlflow.tracking.deleteOldTraces(experiment.id, until, limit) }
}

export const ofTrace = (fields: Fields) => `trace:${fields.required('trace_id')}`

function ofNewTrace(fields: Fields): readonly string[] {
  const info = fields.message('trace')?.message('trace_info')
  return [`experiment:${experimentOf(info?.message('trace_location'))}`, `trace:${info?.required('trace_id')}`]
}

/** A link makes the traces the run's own. */
function ofLink(fields: Fields): readonly string[] {
  return [`run:${fields.required('run_id')}`, ...fields.texts('trace_ids').map((id) => `trace:${id}`)]
}

const tagRoutes = (own: '3.0' | undefined): Rpc[] => {
  const options = own === undefined ? {} : { version: own }
  return [
    rpc('PATCH mlflow/traces/{trace_id}/tags', {
      ...options,
      allow: write,
      subject: ofTrace,
      run: async ({ tracking }, fields) => {
        await tracking.tagTrace(fields.required('trace_id'), { [fields.required('key')]: fields.text('value') ?? '' })
        return {}
      },
    }),
    rpc('DELETE mlflow/traces/{trace_id}/tags', {
      ...options,
      allow: write,
      subject: ofTrace,
      run: async ({ tracking }, fields) => {
        await tracking.tagTrace(fields.required('trace_id'), { [fields.required('key')]: null })
        return {}
      },
    }),
    rpc('POST mlflow/traces/delete-traces', { ...options, allow: 'traces:admin', run: remove }),
  ]
}

export const traceRoutes: readonly Rpc[] = [
  ...tagRoutes(undefined),
  ...tagRoutes(version),
  rpc('POST mlflow/traces', { version, allow: write, subject: ofNewTrace, run: start }),
  rpc('POST mlflow/traces/search', { version, allow: read, run: search }),
  rpc('GET mlflow/traces/get', { version, allow: read, run: getWhole }),
  rpc('GET mlflow/traces/batchGet', {
    version,
    allow: read,
    run: async (mlflow, fields) => compact({ traces: await wholeTraces(mlflow, idsOf(fields), false) }),
  }),
  rpc('POST mlflow/traces/batchGetInfos', { version, allow: read, run: batchInfos }),
  rpc('POST mlflow/traces/link-to-run', { allow: write, subject: ofLink, run: link }),
  rpc('POST mlflow/traces/link-prompts', { allow: write, subject: ofTrace, run: linkPrompts }),
  rpc('GET mlflow/traces/{trace_id}', {
    version,
    allow: read,
    run: async (mlflow, fields) => {
      const trace = await mlflow.tracking.getTrace(fields.required('trace_id'))
      return { trace: { trace_info: await infoOf(mlflow, trace) } }
    },
  }),
]
