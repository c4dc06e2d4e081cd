import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { aliasOperations } from './alias-operations.ts'
import { Model, ModelName } from './model.ts'
import type { Registry } from './service.ts'
import * as versions from './version-operations.ts'

const model = z.string().min(1).max(256).describe('Name or id of the model.')
const tagChanges = z.record(z.string(), z.string().nullable()).optional().describe('Merged; null removes a tag.')

const create = operation({
  name: 'models.create',
  http: 'POST /v1/models',
  summary: 'Register a model name.',
  input: z.object({
    name: ModelName,
    description: z.string().max(100_000).optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  output: Model,
  errors: ['model_exists'],
  allow: 'models:write',
  subject: 'model:{name}',
  status: 201,
  cli: { args: ['name'], examples: ['slipway models create flight-delay'] },
  run: (registry: Registry, input) => registry.createModel(input),
})

const list = operation({
  name: 'models.list',
  http: 'GET /v1/models',
  summary: 'List models by name.',
  input: z.object({
    ...pageQuery,
    filter: z.string().max(10_000).optional().describe("For example `name LIKE 'flight%' AND tags.team = 'risk'`."),
  }),
  output: pageOf(Model),
  errors: ['filter_invalid'],
  allow: 'models:read',
  subject: 'models',
  run: (registry: Registry, input) => registry.searchModels(input),
})

const get = operation({
  name: 'models.get',
  http: 'GET /v1/models/{model}',
  summary: 'Show a model with its aliases.',
  input: z.object({ model }),
  output: Model,
  errors: ['model_not_found'],
  allow: 'models:read',
  subject: 'model:{model}',
  run: (registry: Registry, input) => registry.getModel(input.model),
})

const update = operation({
  name: 'models.update',
  http: 'PATCH /v1/models/{model}',
  summary: 'Rename a model, describe it, change its tags.',
  input: z.object({
    model,
    name: ModelName.optional(),
    description: z.string().max(100_000).optional(),
    tags: tagChanges,
  }),
  output: Model,
  errors: ['model_not_found', 'model_exists'],
  allow: 'models:write',
  subject: 'model:{model}',
  run: (registry: Registry, { model: ref, ...changes }) => registry.updateModel(ref, changes),
})

const remove = operation({
  name: 'models.delete',
  http: 'DELETE /v1/models/{model}',
  summary: 'Delete a model with all its versions and aliases.',
  input: z.object({ model }),
  output: Nothing,
  errors: ['model_not_found', 'alias_protected', 'model_version_used'],
  allow: 'models:write',
  subject: 'model:{model}',
  run: async (registry: Registry, input) => {
    await registry.deleteModel(input.model)
    return {}
  },
})

export const operations = [
  create,
  list,
  get,
  update,
  remove,
  versions.createVersion,
  versions.listVersions,
  versions.getVersion,
  versions.updateVersion,
  versions.deleteVersion,
  versions.compareVersions,
  versions.setAlias,
  versions.deleteAlias,
  versions.listAliasMoves,
  ...aliasOperations,
]
