import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import { removeAlias } from './alias-audit.ts'
import { findUses, insertComponents } from './component-store.ts'
import { type RegistryContext, type RegistryTx, within } from './context.ts'
import { checkFiles, manifestDigest } from './manifest.ts'
import {
  type ModelVersion,
  modelCreated,
  parseVersionRef,
  refuseUsed,
  registryErrors,
  type Stage,
  tagsChanged,
  versionCreated,
} from './model.ts'
import { findModelRow, insertModel, mergeTags, takeVersionNumber, updateModelRow } from './model-store.ts'
import { checkModelName, getModelRow } from './models.ts'
import type { NewModelVersion, VersionChanges, VersionQuery } from './requests.ts'
import { searchVersionRows } from './search-store.ts'
import * as store from './version-store.ts'

type Db = RegistryTx['query']

/** The version that `ref` names, which must exist; says what exactly is missing. */
export async function getVersionRow(db: Db, ref: string): Promise<store.NamedVersionRow> {
  const parsed = parseVersionRef(ref)
  const row = await store.findVersionRow(db, parsed)
  if (row !== undefined) return row
  if ('model' in parsed && (await findModelRow(db, parsed.model)) === undefined) {
    throw registryErrors.model_not_found({ model: parsed.model })
  }
  if ('alias' in parsed) throw registryErrors.model_alias_not_found(parsed)
  throw registryErrors.model_version_not_found({ version: ref })
}

export function createVersions(ctx: RegistryContext) {
  async function entity(db: Db, row: store.NamedVersionRow): Promise<ModelVersion> {
    const [version] = await store.toVersions(db, [row])
    if (version === undefined) throw registryErrors.model_version_not_found({ version: row.id })
    return version
  }

  async function insert(tx: RegistryTx, input: NewModelVersion): Promise<ModelVersion> {
    const files = checkFiles(input.files)
    const digest = manifestDigest(files)
    const model = await lockModel(tx, input.model)
    const known = input.key === undefined ? undefined : await store.findVersionByKey(tx.query, model.id, input.key)
    if (known !== undefined) {
      if (known.digest !== digest) {
        throw registryErrors.model_version_key_reused({ key: known.key, model: input.model })
      }
      return entity(tx.query, known)
    }
    const version = await takeVersionNumber(tx.query, model.id)
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const row = { ...toRow(input, ctx.clock.now()), id: ctx.ids('mdv'), modelId: model.id, version, digest, sizeBytes }
    await store.insertVersion(tx.query, row, files)
    // Whatever was found before this transaction may be gone.
    for (const { modelVersionId } of input.components ?? []) await getVersionRow(tx.query, modelVersionId)
    await insertComponents(tx.query, row.id, input.components ?? [])
    await mergeTags(tx.query, 'registry_version_tags', row.id, input.tags ?? {})
    const { runId, stepRunId } = input
    if (runId !== undefined) await linkRun(runId, row.id, tx)
    await ctx.events.emit(tx, versionCreated, row.id, {
      modelVersionId: row.id,
      model: model.name,
      version,
      digest,
      ...(runId === undefined ? {} : { runId }),
      ...(stepRunId === undefined ? {} : { stepRunId }),
      ...(input.components === undefined ? {} : { componentIds: input.components.map((each) => each.modelVersionId) }),
      files: files.slice(0, 1000).map((file) => ({ path: file.path, digest: file.digest })),
    })
    return entity(tx.query, { ...row, model: model.name })
  }

  /** The model, made when missing; on PostgreSQL its row is locked, so that versions get their numbers in turn. */
  async function lockModel(tx: RegistryTx, name: string) {
    const now = ctx.clock.now()
    const made = { id: ctx.ids('mdl'), name, description: '', lastVersion: 0, createdAt: now, updatedAt: now }
    if (await insertModel(tx.query, made)) {
      await ctx.events.emit(tx, modelCreated, made.id, { modelId: made.id, model: name, description: '', tags: {} })
    }
    const row = await getModelRow(tx.query, name)
    await updateModelRow(tx.query, row.id, { updatedAt: now })
    return row
  }

  /** Runs of elsewhere, or deleted ones, are remembered by the version alone. */
  async function linkRun(runId: string, versionId: string, tx: Tx): Promise<void> {
    const run = await ctx.tracking.findRun(runId)
    if (run?.lifecycle === 'active') await ctx.tracking.recordOutputs(runId, [{ modelId: versionId, step: 0 }], tx)
  }

  async function checkBytes(input: NewModelVersion): Promise<void> {
    const missing: string[] = []
    for (const file of input.files) {
      if ((await ctx.blobs.find(file.digest)) === undefined) missing.push(`${file.path}: no blob ${file.digest}`)
    }
    if (missing.length > 0) throw registryErrors.model_files_invalid({ problems: missing.slice(0, 5).join('; ') })
  }

  /** With what the files themselves tell. */
  async function readFiles(input: NewModelVersion): Promise<NewModelVersion> {
    const reading = await ctx.formats.get(input.format)?.(input)
    return { ...input, ...reading, metadata: { ...input.metadata, ...reading?.metadata } }
  }

  /** Repeated calls are answered from what is there: aliases may point elsewhere by now. */
  async function isKnown({ model, key }: NewModelVersion): Promise<boolean> {
    if (key === undefined) return false
    const found = await findModelRow(ctx.db.read, model)
    return found !== undefined && (await store.findVersionByKey(ctx.db.read, found.id, key)) !== undefined
  }

  return {
    createVersion: async (input: NewModelVersion, tx?: Tx): Promise<ModelVersion> => {
      checkModelName(input.model)
      // Inside a transaction only the database is asked: there the caller has stored the bytes itself.
      if (tx === undefined) {
        checkFiles(input.files)
        await checkBytes(input)
      }
      const read = tx === undefined && !(await isKnown(input)) ? await readFiles(input) : input
      return within(ctx, tx, (own) => insert(own, read), 'registry.version.created')
    },

    resolve: async (ref: string): Promise<ModelVersion> => entity(ctx.db.read, await getVersionRow(ctx.db.read, ref)),

    findVersion: async (ref: string): Promise<ModelVersion | undefined> => {
      const row = await store.findVersionRow(ctx.db.read, parseVersionRef(ref))
      return row && entity(ctx.db.read, row)
    },

    searchVersions: async (query: VersionQuery): Promise<Page<ModelVersion>> => {
      const model = query.model === undefined ? undefined : await getModelRow(ctx.db.read, query.model)
      return searchVersionRows(ctx.db, query, model?.id)
    },

    updateVersion: (ref: string, { tags = {}, ...changes }: VersionChanges): Promise<ModelVersion> =>
      ctx.db.transaction(async (tx) => {
        const row = await getVersionRow(tx.query, ref)
        const given = Object.entries(changes).filter(([, value]) => value !== undefined)
        await store.updateVersionRow(tx.query, row.id, { ...Object.fromEntries(given), updatedAt: ctx.clock.now() })
        await mergeTags(tx.query, 'registry_version_tags', row.id, tags)
        if (Object.keys(tags).length > 0) {
          const { model, version } = row
          await ctx.events.emit(tx, tagsChanged, row.id, { model, version, tags: { ...tags } })
        }
        return entity(tx.query, await getVersionRow(tx.query, row.id))
      }),

    deleteVersion: (ref: string): Promise<void> =>
      ctx.db.transaction(async (tx) => {
        const row = await getVersionRow(tx.query, ref)
        refuseUsed(await findUses(tx.query, { modelId: row.modelId, versionId: row.id }))
        await updateModelRow(tx.query, row.modelId, { updatedAt: ctx.clock.now() })
        const [version] = await store.toVersions(tx.query, [row])
        for (const alias of version?.aliases ?? []) {
          await removeAlias(ctx, tx, {
            model: { id: row.modelId, name: row.model },
            alias,
            reason: `version ${row.version} was deleted`,
          })
        }
        await store.deleteVersionRows(tx.query, row.id)
      }),

    setStage: async (
      ref: string,
      stage: Stage,
      options: { archiveExisting?: boolean | undefined } = {},
    ): Promise<ModelVersion> => {
      const canArchive = stage === 'Staging' || stage === 'Production'
      if (options.archiveExisting && !canArchive) throw registryErrors.stage_archive_invalid({ stage })
      return ctx.db.transaction(async (tx) => {
        const row = await getVersionRow(tx.query, ref)
        const updatedAt = ctx.clock.now()
        if (options.archiveExisting) await store.archiveStage(tx.query, row.modelId, stage, row.id, updatedAt)
        await store.updateVersionRow(tx.query, row.id, { stage, updatedAt })
        await updateModelRow(tx.query, row.modelId, { updatedAt })
        return entity(tx.query, await getVersionRow(tx.query, row.id))
      })
    },
  }
}

function toRow(
  input: NewModelVersion,
  now: number,
): Omit<store.VersionRow, 'id' | 'modelId' | 'version' | 'digest' | 'sizeBytes'> {
  return {
    format: input.format,
    status: input.status ?? 'ready',
    statusMessage: null,
    stage: 'None',
    description: input.description ?? '',
    source: input.source ?? null,
    runId: input.runId ?? null,
    stepRunId: input.stepRunId ?? null,
    loggedModelId: input.loggedModelId ?? null,
    signature: input.signature === undefined ? null : JSON.stringify(input.signature),
    metadata: JSON.stringify(input.metadata ?? {}),
    key: input.key ?? null,
    createdBy: input.createdBy ?? 'system',
    createdAt: now,
    updatedAt: now,
  }
}
