import type { Field } from '../../kernel/filter.ts'
import type { RawRequest } from '../../kernel/route.ts'
import type { ModelVersion } from '../../modules/registry/index.ts'
import type { Fields } from './fields.ts'
import { toVersionMessage } from './model-message.ts'
import { readSource } from './model-source.ts'
import { stageOf, versionNumber, withoutPrompts } from './registered-models.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

const read = 'models:read'
const write = 'models:write'

const names = new Map([
  ['name', 'model'],
  ['run_id', 'runId'],
  ['model_id', 'loggedModelId'],
  ['source_path', 'source'],
  ['version_number', 'version'],
  ['creation_timestamp', 'createdAt'],
  ['last_updated_timestamp', 'updatedAt'],
])

const fieldName = (field: Field): Field =>
  field.entity?.startsWith('tag') ? field : { ...field, key: names.get(field.key) ?? field.key }

/** The version that `name` and `version` name. */
async function versionOf({ registry }: Mlflow, fields: Fields): Promise<ModelVersion> {
  const name = fields.required('name')
  const version = versionNumber(fields.required('version'))
  const found = await registry.findVersion(`${name}/${version}`)
  if (found !== undefined) return found
  throw wireError('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${version}) not found`)
}

async function create(mlflow: Mlflow, fields: Fields, request: RawRequest): Promise<object> {
  const name = fields.required('name')
  const source = fields.required('source')
  // Unlike in our own API, the model must have been created before.
  const model = await mlflow.registry.getModel(name)
  const { metadata, ...found } = await readSource(mlflow, source)
  const runLink = fields.filled('run_link')
  const version = await mlflow.registry.createVersion({
    ...found,
    model: model.name,
    source,
    // Clients that register a logged model leave its run out.
    runId: fields.filled('run_id') ?? found.runId,
    loggedModelId: fields.filled('model_id') ?? found.loggedModelId,
    description: fields.text('description'),
    tags: fields.pairs('tags'),
    metadata: runLink === undefined ? metadata : { ...metadata, runLink },
    createdBy: request.principal.id,
  })
  return { model_version: toVersionMessage(version) }
}

/** It is made in a model, and out of a run or of what one logged. */
function ofNewVersion(fields: Fields): readonly string[] {
  const [runId, modelId] = [fields.filled('run_id'), fields.filled('model_id')]
  return [
    `model:${fields.required('name')}/versions`,
    ...(runId === undefined ? [] : [`run:${runId}`]),
    ...(modelId === undefined ? [] : [`loggedModel:${modelId}`]),
  ]
}

async function search(mlflow: Mlflow, fields: Fields): Promise<object> {
  const page = await mlflow.registry.searchVersions({
    filter: withoutPrompts(fields.filled('filter')),
    orderBy: fields.texts('order_by'),
    limit: fields.limit('max_results', { fallback: 10_000, most: 200_000 }),
    cursor: fields.filled('page_token'),
    fieldName,
  })
  return compact({ model_versions: page.items.map(toVersionMessage), next_page_token: page.nextCursor })
}

async function tag(mlflow: Mlflow, fields: Fields, value: string | null): Promise<object> {
  const { id } = await versionOf(mlflow, fields)
  await mlflow.registry.updateVersion(id, { tags: { [fields.required('key')]: value } })
  return {}
}

export const modelVersionRoutes: readonly Rpc[] = [
  rpc('POST mlflow/model-versions/create', { allow: write, subject: ofNewVersion, run: create }),
  rpc('GET mlflow/model-versions/get', {
    allow: read,
    run: async (mlflow, fields) => ({ model_version: toVersionMessage(await versionOf(mlflow, fields)) }),
  }),
  rpc('GET mlflow/model-versions/search', { allow: read, run: search }),
  rpc('PATCH mlflow/model-versions/update', {
    allow: write,
    run: async (mlflow, fields) => {
      const { id } = await versionOf(mlflow, fields)
      const version = await mlflow.registry.updateVersion(id, { description: fields.text('description') })
      return { model_version: toVersionMessage(version) }
    },
  }),
  rpc('POST mlflow/model-versions/transition-stage', {
    allow: write,
    run: async (mlflow, fields) => {
      const { id } = await versionOf(mlflow, fields)
      const archiveExisting = fields.flag('archive_existing_versions')
      const version = await mlflow.registry.setStage(id, stageOf(fields.required('stage')), { archiveExisting })
      return { model_version: toVersionMessage(version) }
    },
  }),
  rpc('DELETE mlflow/model-versions/delete', {
    allow: write,
    run: async (mlflow, fields) => {
      await mlflow.registry.deleteVersion((await versionOf(mlflow, fields)).id)
      return {}
    },
  }),
  rpc('GET mlflow/model-versions/get-download-uri', {
    allow: read,
    run: async (mlflow, fields) => {
      const { id, files, source = '' } = await versionOf(mlflow, fields)
      // Our own copy outlives the run; what was never here is where the client said.
      return { artifact_uri: files.length > 0 ? `mlflow-artifacts:/versions/${id}` : source }
    },
  }),
  rpc('POST mlflow/model-versions/set-tag', {
    allow: write,
    run: (mlflow, fields) => tag(mlflow, fields, fields.text('value') ?? ''),
  }),
  rpc('DELETE mlflow/model-versions/delete-tag', {
    allow: write,
    run: (mlflow, fields) => tag(mlflow, fields, null),
  }),
]
