import type { Field } from '../../kernel/filter.ts'
import { type Model, type ModelVersion, Stage } from '../../modules/registry/index.ts'
import type { Fields } from './fields.ts'
import { toLatestMessages, toModelMessage, toVersionMessage } from './model-message.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { invalid, wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

const read = 'models:read'
const write = 'models:write'

/** Prompts are kept as models with this tag and stay out of every search that does not ask for them. */
const promptTag = 'mlflow.prompt.is_prompt'

export function withoutPrompts(filter: string | undefined): string {
  if (filter === undefined) return `tags.\`${promptTag}\` IS NULL`
  // In this one comparison a model without the tag counts as "not a prompt".
  const spoken = filter.replace(
    /tags?\.[`"]?mlflow\.prompt\.is_prompt[`"]?\s*!=\s*(['"])true\1/gi,
    () => `tags.\`${promptTag}\` IS NULL`,
  )
  return spoken.includes(promptTag) ? spoken : `(${spoken}) AND tags.\`${promptTag}\` IS NULL`
}

const names = new Map([
  ['timestamp', 'updatedAt'],
  ['last_updated_timestamp', 'updatedAt'],
  ['creation_timestamp', 'createdAt'],
])

const fieldName = (field: Field): Field =>
  field.entity?.startsWith('tag') ? field : { ...field, key: names.get(field.key) ?? field.key }

/** A stage in any case. */
export function stageOf(text: string): Stage {
  const stage = Stage.options.find((option) => option.toLowerCase() === text.toLowerCase())
  if (stage !== undefined) return stage
  throw invalid(`Invalid Model Version stage: ${text}. Value must be one of None, Staging, Production, Archived.`)
}

/** The newest version in each stage, or in the given ones. */
async function latestVersions({ registry }: Mlflow, model: string, stages: readonly Stage[]): Promise<ModelVersion[]> {
  const latest: ModelVersion[] = []
  for (const stage of stages) {
    const filter = `stage = '${stage}'`
    const page = await registry.searchVersions({ model, filter, orderBy: ['version DESC'], limit: 1 })
    latest.push(...page.items)
  }
  return latest
}

/** By its exact name: an id of ours does not count here. */
async function modelNamed({ registry }: Mlflow, name: string): Promise<Model> {
  const model = await registry.findModel(name)
  if (model?.name === name) return model
  throw wireError('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${name} not found`)
}

async function toMessage(mlflow: Mlflow, model: Model): Promise<object> {
  const latest = model.lastVersion === 0 ? [] : await latestVersions(mlflow, model.name, Stage.options)
  return toModelMessage(model, latest)
}

async function search(mlflow: Mlflow, fields: Fields): Promise<object> {
  const page = await mlflow.registry.searchModels({
    filter: withoutPrompts(fields.filled('filter')),
    orderBy: fields.texts('order_by'),
    limit: fields.limit('max_results', { fallback: 100, most: 1000 }),
    cursor: fields.filled('page_token'),
    fieldName,
  })
  const models: object[] = []
  for (const model of page.items) models.push(await toMessage(mlflow, model))
  return compact({ registered_models: models, next_page_token: page.nextCursor })
}

async function tag(mlflow: Mlflow, fields: Fields, value: string | null): Promise<object> {
  const { name } = await modelNamed(mlflow, fields.required('name'))
  await mlflow.registry.updateModel(name, { tags: { [fields.required('key')]: value } })
  return {}
}

export const registeredModelRoutes: readonly Rpc[] = [
  rpc('POST mlflow/registered-models/create', {
    allow: write,
    // A client makes the model before its first version: who may add versions may name it.
    subject: (fields) => `model:${fields.required('name')}/versions`,
    run: async (mlflow, fields) => {
      const model = await mlflow.registry.createModel({
        name: fields.required('name'),
        description: fields.text('description'),
        tags: fields.pairs('tags'),
      })
      return { registered_model: await toMessage(mlflow, model) }
    },
  }),
  rpc('POST mlflow/registered-models/rename', {
    allow: write,
    run: async (mlflow, fields) => {
      const { name } = await modelNamed(mlflow, fields.required('name'))
      const model = await mlflow.registry.updateModel(name, { name: fields.required('new_name') })
      return { registered_model: await toMessage(mlflow, model) }
    },
  }),
  rpc('PATCH mlflow/registered-models/update', {
    allow: write,
    run: async (mlflow, fields) => {
      const { name } = await modelNamed(mlflow, fields.required('name'))
      const model = await mlflow.registry.updateModel(name, { description: fields.text('description') })
      return { registered_model: await toMessage(mlflow, model) }
    },
  }),
  rpc('DELETE mlflow/registered-models/delete', {
    allow: write,
    run: async (mlflow, fields) => {
      await mlflow.registry.deleteModel((await modelNamed(mlflow, fields.required('name'))).name)
      return {}
    },
  }),
  rpc('GET mlflow/registered-models/get', {
    allow: read,
    run: async (mlflow, fields) => ({
      registered_model: await toMessage(mlflow, await modelNamed(mlflow, fields.required('name'))),
    }),
  }),
  rpc('GET mlflow/registered-models/search', { allow: read, run: search }),
  rpc('GET|POST mlflow/registered-models/get-latest-versions', {
    allow: read,
    run: async (mlflow, fields) => {
      const { name } = await modelNamed(mlflow, fields.required('name'))
      const stages = fields.texts('stages').map(stageOf)
      const versions = await latestVersions(mlflow, name, stages.length === 0 ? Stage.options : stages)
      return compact({ model_versions: toLatestMessages(versions) })
    },
  }),
  rpc('POST mlflow/registered-models/set-tag', {
    allow: write,
    run: (mlflow, fields) => tag(mlflow, fields, fields.text('value') ?? ''),
  }),
  rpc('DELETE mlflow/registered-models/delete-tag', {
    allow: write,
    run: (mlflow, fields) => tag(mlflow, fields, null),
  }),
  rpc('POST mlflow/registered-models/alias', {
    allow: write,
    run: async (mlflow, fields, request) => {
      const { name } = await modelNamed(mlflow, fields.required('name'))
      await mlflow.registry.setAlias({
        model: name,
        alias: fields.required('alias'),
        version: versionNumber(fields.required('version')),
        movedBy: request.principal.id,
      })
      return {}
    },
  }),
  rpc('DELETE mlflow/registered-models/alias', {
    allow: write,
    run: async (mlflow, fields, request) => {
      const { name } = await modelNamed(mlflow, fields.required('name'))
      await mlflow.registry.deleteAlias({
        model: name,
        alias: fields.required('alias'),
        movedBy: request.principal.id,
      })
      return {}
    },
  }),
  rpc('GET mlflow/registered-models/alias', {
    allow: read,
    run: async (mlflow, fields) => {
      const { name } = await modelNamed(mlflow, fields.required('name'))
      return { model_version: toVersionMessage(await mlflow.registry.resolve(`${name}@${fields.required('alias')}`)) }
    },
  }),
]

export function versionNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw invalid(`Parameter 'version' must be an integer, got '${text}'.`)
}
