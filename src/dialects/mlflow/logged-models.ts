import type { Field, FilterValue } from '../../kernel/filter.ts'
import type { LoggedModel, LoggedModelStatus } from '../../modules/tracking/index.ts'
import { toFileMessage } from './artifact-proxy.ts'
import type { Place } from './directory.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { toMetricMessage } from './run-message.ts'
import { invalid, wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** Enum numbers 1, 2, 3 are these in order. */
const statuses = ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED'] as const
const wireStatus: Record<LoggedModelStatus, string> = {
  pending: statuses[0],
  ready: statuses[1],
  failed: statuses[2],
}

export function modelRoot(place: Place, modelId: string): string {
  return `${place.artifactRoot}/models/${modelId}/artifacts`
}

function toMessage(model: LoggedModel, place: Place) {
  const pairs = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => ({ key, value }))
  const metrics = model.metrics.map((metric) =>
    compact({
      ...toMetricMessage(metric),
      dataset_name: metric.datasetName,
      dataset_digest: metric.datasetDigest,
      model_id: model.id,
      run_id: metric.runId,
    }),
  )
  return {
    info: compact({
      model_id: model.id,
      experiment_id: String(place.number),
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: modelRoot(place, model.id),
      status: wireStatus[model.status],
      model_type: model.modelType,
      source_run_id: model.sourceRunId,
      tags: pairs(model.tags),
    }),
    data: compact({ params: pairs(model.params), metrics }),
  }
}

async function answerOf({ directory }: Mlflow, model: LoggedModel): Promise<object> {
  return { model: toMessage(model, await directory.placeOf(model.experimentId)) }
}

function checkName(name: string | undefined): string | undefined {
  if (name !== undefined && /[/:.%"']/.test(name)) {
    throw invalid(
      `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'").`,
    )
  }
  return name
}

const names = new Map([
  ['model_id', 'id'],
  ['model_name', 'name'],
  ['model_type', 'modelType'],
  ['source_run_id', 'sourceRunId'],
  ['creation_timestamp', 'createdAt'],
  ['creation_timestamp_ms', 'createdAt'],
  ['creation_time', 'createdAt'],
  ['last_updated_timestamp', 'updatedAt'],
  ['last_updated_timestamp_ms', 'updatedAt'],
  ['last_updated_time', 'updatedAt'],
])

function fieldName(field: Field): Field {
  const isAttribute = field.entity === undefined || field.entity.startsWith('attr')
  return isAttribute ? { ...field, key: names.get(field.key) ?? field.key } : field
}

async function search(mlflow: Mlflow, fields: Fields): Promise<object> {
  const experimentIds: string[] = []
  for (const id of fields.texts('experiment_ids')) {
    const experiment = await mlflow.directory.findExperiment(id)
    if (experiment !== undefined) experimentIds.push(experiment.id)
  }
  if (experimentIds.length === 0) return {}
  const orders = fields.messages('order_by')
  const measuredOn = orders.filter((order) => order.filled('dataset_name'))
  const page = await mlflow.tracking.searchLoggedModels({
    experimentIds,
    filter: fields.filled('filter'),
    orderBy: orders.map((order) => {
      const isDescending = order.raw('ascending') === false || order.raw('ascending') === 'false'
      return `${quoted(order.required('field_name'))} ${isDescending ? 'DESC' : 'ASC'}`
    }),
    datasets: fields.messages('datasets').map(scopeOf),
    orderDatasets: measuredOn.map(scopeOf),
    limit: fields.limit('max_results', { fallback: 50, most: 50_000 }),
    cursor: fields.filled('page_token'),
    fieldName,
    fieldValue,
  })
  const models: object[] = []
  for (const model of page.items) {
    models.push(toMessage(model, await mlflow.directory.placeOf(model.experimentId)))
  }
  return compact({ models, next_page_token: page.nextCursor })
}

/** `metrics.val loss` needs quotes around its key in our language. */
function quoted(name: string): string {
  const [entity = '', ...key] = name.split('.')
  return key.length === 0 ? entity : `${entity}.\`${key.join('.').replaceAll('`', '')}\``
}

const scopeOf = (scope: Fields) => ({ name: scope.required('dataset_name'), digest: scope.filled('dataset_digest') })

/** The status is compared with the enum's name, or with its short form. */
function fieldValue({ entity, key }: Field, value: FilterValue): FilterValue {
  const isStatus = key === 'status' && (entity === undefined || entity.startsWith('attr'))
  if (!isStatus || typeof value === 'number') return value
  const short = value.replace('LOGGED_MODEL_', '').toLowerCase()
  return short === 'upload_failed' ? 'failed' : short
}

const read = 'runs:read'
const write = 'runs:write'

const ofModel = (fields: Fields) => `loggedModel:${fields.required('model_id')}`

export const loggedModelRoutes: readonly Rpc[] = [
  rpc('POST mlflow/logged-models', {
    allow: write,
    subject: (fields) => `run:${fields.required('source_run_id')}`,
    run: async (mlflow, fields) => {
      const experiment = await mlflow.directory.experiment(fields.required('experiment_id'))
      const model = await mlflow.tracking.createLoggedModel({
        experimentId: experiment.id,
        name: checkName(fields.filled('name')),
        modelType: fields.filled('model_type'),
        sourceRunId: fields.filled('source_run_id'),
        params: fields.pairs('params'),
        tags: fields.pairs('tags'),
      })
      return answerOf(mlflow, model)
    },
  }),
  rpc('POST mlflow/logged-models/search', { allow: read, run: search }),
  rpc('GET mlflow/logged-models/{model_id}', {
    allow: read,
    run: async (mlflow, fields) => {
      const id = fields.required('model_id')
      const deleted = fields.flag('allow_deleted') ? await mlflow.tracking.findLoggedModel(id) : undefined
      return answerOf(mlflow, deleted ?? (await mlflow.tracking.getLoggedModel(id)))
    },
  }),
  rpc('PATCH mlflow/logged-models/{model_id}', {
    allow: write,
    subject: ofModel,
    run: async (mlflow, fields) => {
      const status = fields.choice('status', statuses)
      if (status === undefined) throw invalid("Missing value for required parameter 'status'.")
      const ours = status === statuses[0] ? 'pending' : status === statuses[1] ? 'ready' : 'failed'
      return answerOf(mlflow, await mlflow.tracking.setLoggedModelStatus(fields.required('model_id'), ours))
    },
  }),
  rpc('DELETE mlflow/logged-models/{model_id}', {
    allow: write,
    run: async ({ tracking }, fields) => {
      await tracking.deleteLoggedModel(fields.required('model_id'))
      return {}
    },
  }),
  rpc('PATCH mlflow/logged-models/{model_id}/tags', {
    allow: write,
    subject: ofModel,
    run: async ({ tracking }, fields) => {
      await tracking.tagLoggedModel(fields.required('model_id'), fields.pairs('tags'))
      return {}
    },
  }),
  rpc('DELETE mlflow/logged-models/{model_id}/tags/{tag_key}', {
    allow: write,
    subject: ofModel,
    run: async ({ tracking }, fields) => {
      const key = fields.required('tag_key')
      const model = await tracking.getLoggedModel(fields.required('model_id'))
      if (!(key in model.tags)) {
        throw wireError('RESOURCE_DOES_NOT_EXIST', `No tag with key ${key} for model with ID ${model.id}.`)
      }
      await tracking.tagLoggedModel(model.id, { [key]: null })
      return {}
    },
  }),
  rpc('POST mlflow/logged-models/{model_id}/params', {
    allow: write,
    subject: ofModel,
    run: async ({ tracking }, fields) => {
      await tracking.logModelParams(fields.required('model_id'), fields.pairs('params'))
      return {}
    },
  }),
  rpc('GET mlflow/logged-models/{model_id}/artifacts/directories', {
    allow: read,
    run: async ({ tracking, directory }, fields) => {
      const model = await tracking.getLoggedModel(fields.required('model_id'))
      const entries = await tracking.listArtifacts(model.id, fields.filled('artifact_directory_path'))
      const root = modelRoot(await directory.placeOf(model.experimentId), model.id)
      return compact({ root_uri: root, files: entries.map(toFileMessage) })
    },
  }),
]
