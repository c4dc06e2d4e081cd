import { createHash } from 'node:crypto'
import type { Field } from '../../kernel/filter.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { EvaluationRecord, EvaluationSet, NewEvaluationRecord } from '../../modules/tracking/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** Evaluation datasets. Their tags, records, schema and profile travel as texts of JSON inside the JSON. */
const version = '3.0'
const read = 'experiments:read'
const write = 'experiments:write'
const maxRecords = 10_000
const userTag = 'mlflow.user'
const byId = 'mlflow/datasets/{dataset_id}'

const names = new Map([
  ['created_time', 'createdAt'],
  ['last_update_time', 'updatedAt'],
  ['created_by', 'createdBy'],
  ['last_updated_by', 'updatedBy'],
])
const fieldName = (field: Field): Field => ({ ...field, key: names.get(field.key) ?? field.key })

async function toMessage({ directory }: Mlflow, set: EvaluationSet): Promise<object> {
  const experimentIds: string[] = []
  for (const id of set.experimentIds) experimentIds.push(String((await directory.placeOf(id)).number))
  return compact({
    dataset_id: set.id,
    name: set.name,
    tags: JSON.stringify(set.tags),
    schema: set.fields === undefined ? undefined : JSON.stringify({ ...set.fields, version: '1.0' }),
    profile: set.recordCount === 0 ? undefined : JSON.stringify({ num_records: set.recordCount }),
    // Another text after every change, which is all that clients ask of it.
    digest: createHash('sha256').update(`${set.name}:${set.updatedAt}`).digest('hex').slice(0, 8),
    created_time: set.createdAt,
    last_update_time: set.updatedAt,
    created_by: set.createdBy,
    last_updated_by: set.updatedBy,
    experiment_ids: experimentIds,
  })
}

function toRecordMessage(setId: string, record: EvaluationRecord): object {
  const { inputs, outputs, expectations, tags, source } = record
  return compact({
    dataset_record_id: record.id,
    dataset_id: setId,
    inputs,
    outputs,
    expectations,
    tags,
    source,
    source_type: source?.source_type,
    created_time: record.createdAt,
    last_update_time: record.updatedAt,
    created_by: record.createdBy,
    last_updated_by: record.updatedBy,
  })
}

/** A field that holds JSON as text. */
function jsonOf(fields: Fields, name: string): Json | undefined {
  const text = fields.filled(name)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw invalid(`'${name}' is not valid JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function objectOf(value: Json | undefined, what: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${what} must be an object.`)
  return value as JsonObject
}

function tagsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value, 'tags') ?? {}).map(([key, own]) => [key, String(own)]))
}

function recordsOf(fields: Fields): NewEvaluationRecord[] {
  const list = jsonOf(fields, 'records')
  if (!Array.isArray(list)) throw invalid("Missing value for required parameter 'records'.")
  if (list.length > maxRecords) throw invalid(`At most ${maxRecords} records are taken at once, got ${list.length}.`)
  return list.map((given: Json, index) => {
    const record = objectOf(given, `records[${index}]`)
    const part = (name: string) => objectOf(record?.[name], `records[${index}].${name}`)
    const tags = part('tags')
    return compact({
      inputs: part('inputs') ?? {},
      outputs: record?.outputs,
      expectations: part('expectations'),
      tags,
      source: part('source'),
      createdBy: typeof tags?.[userTag] === 'string' ? tags[userTag] : undefined,
    }) as NewEvaluationRecord
  })
}

async function experimentIdsOf({ directory }: Mlflow, fields: Fields): Promise<string[]> {
  const ids: string[] = []
  for (const id of fields.texts('experiment_ids')) ids.push((await directory.experiment(id)).id)
  return ids
}

const route = (path: string, allow: Rpc['allow'], run: Rpc['run']) => rpc(path, { version, allow, run })
const idOf = (fields: Fields) => fields.required('dataset_id')

export const evaluationDatasetRoutes: readonly Rpc[] = [
  route('POST mlflow/datasets/create', write, async (mlflow, fields) => {
    const tags = tagsOf(jsonOf(fields, 'tags'))
    const set = await mlflow.tracking.createEvaluationSet({
      name: fields.required('name'),
      tags,
      experimentIds: await experimentIdsOf(mlflow, fields),
      createdBy: tags[userTag],
    })
    return { dataset: await toMessage(mlflow, set) }
  }),
  route('POST mlflow/datasets/search', read, async (mlflow, fields) => {
    const page = await mlflow.tracking.searchEvaluationSets({
      experimentIds: await experimentIdsOf(mlflow, fields),
      filter: fields.filled('filter_string'),
      orderBy: fields.texts('order_by'),
      limit: fields.limit('max_results', { fallback: 1000, most: 50_000 }),
      cursor: fields.filled('page_token'),
      fieldName,
    })
    const datasets: object[] = []
    for (const set of page.items) datasets.push(await toMessage(mlflow, set))
    return compact({ datasets, next_page_token: page.nextCursor })
  }),
  route(`GET ${byId}`, read, async (mlflow, fields) => ({
    dataset: await toMessage(mlflow, await mlflow.tracking.getEvaluationSet(idOf(fields))),
  })),
  route(`DELETE ${byId}`, write, async ({ tracking }, fields) => {
    await tracking.deleteEvaluationSet(idOf(fields))
    return {}
  }),
  route(`PATCH ${byId}/tags`, write, async ({ tracking }, fields) => {
    await tracking.tagEvaluationSet(idOf(fields), tagsOf(jsonOf(fields, 'tags')))
    return {}
  }),
  route(`DELETE ${byId}/tags/{key}`, write, async ({ tracking }, fields) => {
    await tracking.tagEvaluationSet(idOf(fields), { [fields.required('key')]: null })
    return {}
  }),
  route(`POST ${byId}/records`, write, async ({ tracking }, fields) => {
    const { inserted, updated } = await tracking.putEvaluationRecords(idOf(fields), recordsOf(fields))
    return { inserted_count: inserted, updated_count: updated }
  }),
  route(`GET ${byId}/records`, read, async ({ tracking }, fields) => {
    const id = idOf(fields)
    const limit = fields.limit('max_results', { fallback: 1000, most: 50_000 })
    const page = await tracking.listEvaluationRecords(id, { limit, cursor: fields.filled('page_token') })
    const records = JSON.stringify(page.items.map((record) => toRecordMessage(id, record)))
    return compact({ records, next_page_token: page.nextCursor })
  }),
  route(`DELETE ${byId}/records`, write, async ({ tracking }, fields) => ({
    deleted_count: await tracking.deleteEvaluationRecords(idOf(fields), fields.texts('dataset_record_ids')),
  })),
  route(`GET ${byId}/experiment-ids`, read, async (mlflow, fields) => {
    const { experimentIds } = await mlflow.tracking.getEvaluationSet(idOf(fields))
    const places = await Promise.all(experimentIds.map((id) => mlflow.directory.placeOf(id)))
    return compact({ experiment_ids: places.map((place) => String(place.number)) })
  }),
  route(`POST ${byId}/add-experiments`, write, async (mlflow, fields) => {
    const change = { add: await experimentIdsOf(mlflow, fields) }
    const set = await mlflow.tracking.changeEvaluationSetExperiments(idOf(fields), change)
    return { dataset: await toMessage(mlflow, set) }
  }),
  route(`POST ${byId}/remove-experiments`, write, async (mlflow, fields) => {
    const change = { remove: await experimentIdsOf(mlflow, fields) }
    const set = await mlflow.tracking.changeEvaluationSetExperiments(idOf(fields), change)
    return { dataset: await toMessage(mlflow, set) }
  }),
]
