import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'
import { MetricValue } from '../tracking/index.ts'

/** A model is a name; its versions are immutable packages of files; an alias points at one version and may move. */

const Tags = z.record(z.string(), z.string())

export const ModelName = z
  .string()
  .regex(
    /^[^/:.\s\\][^/:\\]{0,255}$/,
    'a model name has 1 to 256 characters, no slash or colon, and no dot or space first',
  )

export const AliasName = z
  .string()
  .max(255)
  .regex(/^[\p{L}\p{N}_-]+$/u, 'an alias has letters, digits, _ and - only')
  .refine((alias) => !/^(latest|v\d+)$/i.test(alias), '"latest" and v<number> are reserved')

export const Stage = z.enum(['None', 'Staging', 'Production', 'Archived'])
export type Stage = z.infer<typeof Stage>

export const VersionStatus = z.enum(['pending', 'ready', 'failed'])
export type VersionStatus = z.infer<typeof VersionStatus>

export const ModelFile = z.object({
  path: z.string(),
  digest: z.string(),
  sizeBytes: z.number().int().nonnegative(),
})
export type ModelFile = z.infer<typeof ModelFile>

/** Columns in and out of a model; `type` is the writer's own word (`double`, `float32`, `string`, …). */
export const Signature = z.object({
  inputs: z.array(z.record(z.string(), z.json())).optional(),
  outputs: z.array(z.record(z.string(), z.json())).optional(),
  params: z.array(z.record(z.string(), z.json())).optional(),
})
export type Signature = z.infer<typeof Signature>

/** A version that another one is made of, pinned when that one was added. */
export const Component = z.object({
  node: z.string().describe('What it is called there.'),
  modelVersionId: z.string(),
  ref: z.string().describe('`name/3` as it was then; the id decides.'),
})
export type Component = z.infer<typeof Component>

export const Model = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  tags: Tags,
  /** Alias to version number. */
  aliases: z.record(z.string(), z.number().int()),
  /** Highest version number ever given; 0 before the first. */
  lastVersion: z.number().int(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Model = z.infer<typeof Model>

export const ModelVersion = z.object({
  id: z.string(),
  modelId: z.string(),
  /** Name of the model. */
  model: z.string(),
  version: z.number().int(),
  /** SHA-256 of the manifest: one line `<digest>  <path>` per file, in byte order of the paths. */
  digest: z.string(),
  sizeBytes: z.number(),
  /** What can run it: `onnx`, `python`, … */
  format: z.string(),
  files: z.array(ModelFile),
  status: VersionStatus,
  statusMessage: z.string().optional(),
  stage: Stage,
  description: z.string(),
  /** Where the client said the files came from. */
  source: z.string().optional(),
  runId: z.string().optional(),
  stepRunId: z.string().optional(),
  /** The logged model it was registered from. */
  loggedModelId: z.string().optional(),
  signature: Signature.optional(),
  /** Versions that it is made of, when it is made of others. */
  components: z.array(Component).optional(),
  metadata: z.record(z.string(), z.json()),
  aliases: z.array(z.string()),
  tags: Tags,
  createdBy: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type ModelVersion = z.infer<typeof ModelVersion>

/** One line of the audit: an alias was set (from is absent), moved, or removed (to is absent). */
export const AliasMove = z.object({
  alias: z.string(),
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  reason: z.string(),
  evidence: z.record(z.string(), z.json()).optional(),
  movedBy: z.string(),
  at: z.number(),
})
export type AliasMove = z.infer<typeof AliasMove>

export const Comparison = z.object({
  left: ModelVersion,
  right: ModelVersion,
  /** Files by path: equal ones are left out. */
  files: z.array(
    z.object({ path: z.string(), change: z.enum(['added', 'removed', 'changed']), sizeBytes: z.number().optional() }),
  ),
  isSignatureEqual: z.boolean(),
  params: z.array(z.object({ key: z.string(), left: z.string().optional(), right: z.string().optional() })),
  metrics: z.array(z.object({ key: z.string(), left: MetricValue.optional(), right: MetricValue.optional() })),
})
export type Comparison = z.infer<typeof Comparison>

/** `name@alias`, `name/3`, `name@latest`, `name` (latest) or an id, taken apart. */
export type VersionRef =
  | { readonly id: string }
  | { readonly model: string; readonly version: number }
  | { readonly model: string; readonly alias: string }
  | { readonly model: string; readonly isLatest: true }

export function parseVersionRef(ref: string): VersionRef {
  if (/^mdv_[0-9a-z]{26}$/.test(ref)) return { id: ref }
  const numbered = /^(.+)\/(\d{1,15})$/.exec(ref)
  if (numbered?.[1] !== undefined) return { model: numbered[1], version: Number(numbered[2]) }
  const at = ref.lastIndexOf('@')
  if (at <= 0) return { model: ref, isLatest: true }
  const [model, alias] = [ref.slice(0, at), ref.slice(at + 1)]
  return alias === 'latest' ? { model, isLatest: true } : { model, alias }
}

export const versionCreated = defineEvent(
  'registry.version.created',
  'A version was added to a model.',
  z.object({
    modelVersionId: z.string(),
    model: z.string(),
    version: z.number().int(),
    digest: z.string(),
    runId: z.string().optional(),
    stepRunId: z.string().optional(),
    /** Ids of the versions that it is made of. */
    componentIds: z.array(z.string()).optional(),
    files: z.array(z.object({ path: z.string(), digest: z.string() })),
  }),
  { sentence: 'Model {model}/{version} was registered' },
)

export const aliasMoved = defineEvent(
  'registry.alias.moved',
  'An alias was set, moved or removed.',
  z.object({
    model: z.string(),
    alias: z.string(),
    from: z.number().int().optional(),
    to: z.number().int().optional(),
    /** Id of the version it points at now. */
    modelVersionId: z.string().optional(),
    reason: z.string(),
  }),
  {
    sentence: [
      '@{alias} of {model} moved from v{from} to v{to}[: {reason}]',
      '@{alias} of {model} points at v{to}[: {reason}]',
      '@{alias} of {model} was removed[ from v{from}][: {reason}]',
    ],
  },
)

export const modelCreated = defineEvent(
  'registry.model.created',
  'A model name was registered.',
  z.object({ modelId: z.string(), model: z.string(), description: z.string(), tags: Tags }),
  { sentence: 'Model {model} was named' },
)

export const tagsChanged = defineEvent(
  'registry.tags.changed',
  'Tags of a model or of one of its versions were set or removed.',
  z.object({
    model: z.string(),
    /** Absent: of the model itself. */
    version: z.number().int().optional(),
    /** Null: removed. */
    tags: z.record(z.string(), z.string().nullable()),
  }),
  { sentence: ['Tags of model {model}/{version} changed', 'Tags of model {model} changed'] },
)

export const registryErrors = defineErrors({
  model_not_found: ['not_found', 'There is no model {model}.', 'slipway models list'],
  model_exists: ['conflict', 'A model named {model} already exists.'],
  model_version_not_found: [
    'not_found',
    'There is no model version {version}.',
    'slipway models versions list <model>',
  ],
  model_alias_not_found: ['not_found', 'Model {model} has no alias {alias}.'],
  model_name_invalid: ['invalid', 'The model name {model} is not valid: {problem}.'],
  model_files_invalid: ['invalid', 'The files of the version are not valid: {problems}.'],
  model_version_key_reused: ['conflict', 'The key {key} of model {model} already stands for other files.'],
  model_version_used: [
    'conflict',
    '{version} cannot be deleted: it is part of {users}.',
    'Delete what is made of it first; it cannot run without its parts.',
  ],
  alias_invalid: ['invalid', 'The alias {alias} is not valid: {problem}.'],
  alias_move_refused: [
    'forbidden',
    'Alias {alias} of {model} may not move to version {version}: {missing}.',
    'slipway models aliases check <model> <alias> <version>; slipway models approve <model> <alias> <version>',
  ],
  alias_protected: [
    'forbidden',
    'Alias {alias} of {model} is protected and cannot be removed.',
    'slipway models aliases unprotect <model> <alias>',
  ],
  alias_rule_empty: ['invalid', 'A rule for alias {alias} needs at least one gate or one approval.'],
  stage_archive_invalid: [
    'invalid',
    'Versions can be archived only when the stage is Staging or Production, not {stage}.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof registryErrors> {}
}

/** Throws `model_version_used`: what is made of a version would lose it, and its files with it. */
export function refuseUsed(uses: readonly { readonly componentRef: string; readonly userRef: string }[]): void {
  const [first] = uses
  if (first === undefined) return
  const users = [...new Set(uses.map(({ userRef }) => userRef))].join(', ')
  throw registryErrors.model_version_used({ version: first.componentRef, users })
}

/** Throws `alias_invalid`. */
export function checkAliasName(alias: string): void {
  const parsed = AliasName.safeParse(alias)
  if (parsed.success) return
  const problem = parsed.error.issues.map((issue) => issue.message).join('; ')
  throw registryErrors.alias_invalid({ alias, problem })
}
