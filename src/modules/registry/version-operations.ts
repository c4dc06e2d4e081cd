import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { AliasMove, AliasName, Comparison, ModelFile, ModelName, ModelVersion, Signature, Stage } from './model.ts'
import type { Registry } from './service.ts'

const model = z.string().min(1).max(256).describe('Name or id of the model.')
const version = z.string().min(1).max(256).describe('A number, `latest`, an alias, or the id of a version.')
const tags = z.record(z.string(), z.string())

/** `3`, `champion`, `latest` or an id beside a model, as one reference. */
function refOf(input: { model: string; version: string }): string {
  if (input.version.startsWith('mdv_')) return input.version
  return /^\d+$/.test(input.version) ? `${input.model}/${input.version}` : `${input.model}@${input.version}`
}

const versionErrors = ['model_not_found', 'model_version_not_found', 'model_alias_not_found'] as const

export const createVersion = operation({
  name: 'models.versions.create',
  http: 'POST /v1/models/{model}/versions',
  summary: 'Add a version to a model from files whose bytes are already stored.',
  description: 'Store the bytes first with PUT /v1/blobs. With a key, repeating the call answers the same version.',
  input: z.object({
    model: ModelName,
    files: z.array(ModelFile).max(100_000),
    format: z.string().min(1).max(100),
    runId: z.string().optional(),
    loggedModelId: z.string().max(256).optional(),
    signature: Signature.optional(),
    metadata: z.record(z.string(), z.json()).optional(),
    description: z.string().max(100_000).optional(),
    tags: tags.optional(),
    source: z.string().max(2048).optional(),
    key: z.string().max(256).optional(),
  }),
  output: ModelVersion,
  errors: ['model_files_invalid', 'graph_invalid', 'model_version_key_reused'],
  allow: 'models:write',
  subject: ({ model: name, runId }) => [`model:${name}/versions`, ...(runId === undefined ? [] : [`run:${runId}`])],
  status: 201,
  run: (registry: Registry, input, call) => registry.createVersion({ ...input, createdBy: call.principal.id }),
})

export const listVersions = operation({
  name: 'models.versions.list',
  http: 'GET /v1/models/{model}/versions',
  summary: 'List the versions of a model, newest first.',
  input: z.object({ ...pageQuery, model, filter: z.string().max(10_000).optional() }),
  output: pageOf(ModelVersion),
  errors: ['model_not_found', 'filter_invalid'],
  allow: 'models:read',
  subject: 'model:{model}',
  run: (registry: Registry, input) => registry.searchVersions({ ...input, orderBy: ['version DESC'] }),
})

export const getVersion = operation({
  name: 'models.versions.get',
  http: 'GET /v1/models/{model}/versions/{version}',
  summary: 'Show a version of a model.',
  input: z.object({ model, version }),
  output: ModelVersion,
  errors: versionErrors,
  allow: 'models:read',
  subject: 'model:{model}/versions/{version}',
  cli: { examples: ['slipway models versions get flight-delay champion'] },
  run: (registry: Registry, input) => registry.resolve(refOf(input)),
})

export const updateVersion = operation({
  name: 'models.versions.update',
  http: 'PATCH /v1/models/{model}/versions/{version}',
  summary: 'Describe a version, change its tags or its stage.',
  input: z.object({
    model,
    version,
    description: z.string().max(100_000).optional(),
    tags: z.record(z.string(), z.string().nullable()).optional().describe('Merged; null removes a tag.'),
    stage: Stage.optional(),
  }),
  output: ModelVersion,
  errors: versionErrors,
  allow: 'models:write',
  subject: 'model:{model}/versions/{version}',
  run: async (registry: Registry, { stage, ...input }) => {
    const ref = refOf(input)
    if (stage !== undefined) await registry.setStage(ref, stage)
    return registry.updateVersion(ref, { description: input.description, tags: input.tags })
  },
})

export const deleteVersion = operation({
  name: 'models.versions.delete',
  http: 'DELETE /v1/models/{model}/versions/{version}',
  summary: 'Delete a version; its number is never used again.',
  input: z.object({ model, version }),
  output: Nothing,
  errors: [...versionErrors, 'model_version_used', 'alias_protected'],
  allow: 'models:write',
  subject: 'model:{model}/versions/{version}',
  run: async (registry: Registry, input) => {
    await registry.deleteVersion(refOf(input))
    return {}
  },
})

export const compareVersions = operation({
  name: 'models.versions.compare',
  http: 'GET /v1/models/{model}/versions/{version}/compare',
  summary: 'Compare two versions: files, signature, and the parameters and metrics of their runs.',
  input: z.object({
    model,
    version,
    with: z.string().min(1).max(256).describe('The other version of the same model.'),
  }),
  output: Comparison,
  errors: versionErrors,
  allow: 'models:read',
  subject: 'model:{model}/versions/{version}',
  run: (registry: Registry, input) =>
    registry.compareVersions(refOf(input), refOf({ model: input.model, version: input.with })),
})

export const setAlias = operation({
  name: 'models.aliases.set',
  http: 'PUT /v1/models/{model}/aliases/{alias}',
  summary: 'Point an alias at a version.',
  input: z.object({
    model,
    alias: AliasName,
    version: z.coerce.number().int().min(1),
    reason: z.string().max(2000).optional(),
  }),
  output: ModelVersion,
  errors: [...versionErrors, 'alias_move_refused'],
  allow: 'models:write',
  subject: 'model:{model}/aliases/{alias}',
  cli: { args: ['model', 'alias', 'version'], examples: ['slipway models aliases set flight-delay champion 3'] },
  run: (registry: Registry, input, call) => registry.setAlias({ ...input, movedBy: call.principal.id }),
})

export const deleteAlias = operation({
  name: 'models.aliases.delete',
  http: 'DELETE /v1/models/{model}/aliases/{alias}',
  summary: 'Remove an alias.',
  input: z.object({ model, alias: z.string().min(1).max(255), reason: z.string().max(2000).optional() }),
  output: Nothing,
  errors: ['model_not_found', 'alias_protected'],
  allow: 'models:write',
  subject: 'model:{model}/aliases/{alias}',
  run: async (registry: Registry, input, call) => {
    await registry.deleteAlias({ ...input, movedBy: call.principal.id })
    return {}
  },
})

export const listAliasMoves = operation({
  name: 'models.aliases.history',
  http: 'GET /v1/models/{model}/aliases/history',
  summary: 'List every move of the aliases of a model, newest first.',
  input: z.object({ ...pageQuery, model }),
  output: pageOf(AliasMove),
  errors: ['model_not_found'],
  allow: 'models:read',
  subject: 'model:{model}',
  run: (registry: Registry, input) => registry.listAliasMoves(input),
})
