import { isSlipwayError, type Model, type ModelVersion } from '../../sdk/index.ts'
import { sendFiles } from './send-files.ts'
import { markOf, refusing, type SyncContext } from './sync-context.ts'

interface SentModel {
  /** Of the description and tags as they were. */
  readonly mark: string
  readonly tags: Readonly<Record<string, string>>
}

interface SentVersion extends SentModel {
  /** The number that the server gave it. */
  readonly version: number
}

/** A version of the spool and the number it has on the server. */
export interface NumberedVersion {
  readonly model: string
  readonly local: number
  readonly version: number
}

/**
 * Models are the same when they have the same name: the versions of the spool are added to those that the server has, in
 * their order and with the next numbers. Each is sent with its id in the spool as its key, and so never twice.
 */
export async function sendModels(context: SyncContext): Promise<NumberedVersion[]> {
  const numbered: NumberedVersion[] = []
  for await (const model of context.from.models.list({ limit: 500 }, { signal: context.signal })) {
    await refusing(context, `model ${model.name}`, async () => {
      await sendModel(context, model)
      for (const version of await versionsOf(context, model)) {
        const sent = await sendVersion(context, version)
        if (sent.isNew) numbered.push({ model: model.name, local: version.version, version: sent.version })
      }
      await sendAliases(context, model)
    })
  }
  return numbered
}

export async function countWaitingVersions(context: SyncContext): Promise<number> {
  const { from, ledger, signal } = context
  let count = 0
  for await (const model of from.models.list({ limit: 500 }, { signal })) {
    for (const version of await versionsOf(context, model)) {
      if (ledger.read<SentVersion>('version', version.id) === undefined) count++
    }
  }
  return count
}

async function versionsOf({ from, signal }: SyncContext, { name: model }: Model): Promise<ModelVersion[]> {
  const versions: ModelVersion[] = []
  for await (const version of from.models.versions.list({ model, limit: 500 }, { signal })) versions.push(version)
  return versions.reverse()
}

const markFor = ({ description, tags, stage }: { description: string; tags: object; stage?: string }) =>
  markOf({ description, tags, stage })

async function sendModel({ to, ledger, signal }: SyncContext, model: Model): Promise<void> {
  const { id, name, description, tags } = model
  const known = ledger.read<SentModel>('model', id)
  const mark = markFor(model)
  if (known?.mark === mark) return
  const isMade = await to.models.create({ name, description, tags }, { signal }).then(
    () => true,
    (error: unknown) => {
      if (!isSlipwayError(error, 'model_exists')) throw error
      return false
    },
  )
  // What the server says of a model that it had before is left alone, until it is changed here.
  if (!isMade) await to.models.update({ model: name, ...changedTexts(known, { description, tags }) }, { signal })
  ledger.write('model', id, { mark, tags } satisfies SentModel)
}

function changedTexts(known: SentModel | undefined, { description, tags }: Pick<Model, 'description' | 'tags'>) {
  const removed = Object.keys(known?.tags ?? {}).filter((key) => !(key in tags))
  return {
    ...(known === undefined ? {} : { description }),
    tags: { ...tags, ...Object.fromEntries(removed.map((key) => [key, null])) },
  }
}

async function sendVersion(context: SyncContext, version: ModelVersion): Promise<{ version: number; isNew: boolean }> {
  const { ledger } = context
  const known = ledger.read<SentVersion>('version', version.id)
  const mark = markFor(version)
  if (known?.mark === mark) return { version: known.version, isNew: false }
  const { version: number } = known ?? (await createVersion(context, version))
  const { description, tags, stage, model } = version
  if (known !== undefined || stage !== 'None') {
    const texts = known === undefined ? {} : changedTexts(known, { description, tags })
    const { signal } = context
    await context.to.models.versions.update({ model, version: String(number), ...texts, stage }, { signal })
  }
  ledger.write('version', version.id, { version: number, mark, tags } satisfies SentVersion)
  return { version: number, isNew: known === undefined }
}

async function createVersion(context: SyncContext, given: ModelVersion): Promise<ModelVersion> {
  const { id, model, files, format, description, tags, source, signature, metadata, runId, loggedModelId } = given
  await sendFiles(context, files)
  const optional = { runId, loggedModelId, source, signature }
  const there = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
  const made = await context.to.models.versions.create(
    { key: `spool:${id}`, model, files, format, description, tags, metadata, ...there },
    { signal: context.signal },
  )
  context.sent.versions++
  context.onProgress()
  return made
}

/**
 * An alias of the spool is set where the server has none of this name, and moved where it points at a version that this
 * spool sent. Any other one stays where somebody put it: that is refused, and said.
 */
async function sendAliases(context: SyncContext, model: Model): Promise<void> {
  const { to, ledger, signal } = context
  if (Object.keys(model.aliases).length === 0) return
  const { aliases: there } = await to.models.get({ model: model.name }, { signal })
  const own = new Map<number, number>()
  for (const { id, version } of await versionsOf(context, model)) {
    own.set(version, ledger.read<SentVersion>('version', id)?.version ?? 0)
  }
  for (const [alias, local] of Object.entries(model.aliases)) {
    const [version, now] = [own.get(local) ?? 0, there[alias]]
    if (version === 0 || now === version) continue
    if (now !== undefined && ![...own.values()].includes(now)) {
      const detail = `Alias ${alias} of ${model.name} points at version ${now} on the server; it is left there.`
      const hint = `slipway models aliases set ${model.name} ${alias} ${version}`
      context.refusals.push({ what: `alias ${alias} of ${model.name}`, code: 'alias_elsewhere', detail, hint })
      continue
    }
    const reason = 'sent from a spool'
    await refusing(context, `alias ${alias} of ${model.name}`, async () => {
      await to.models.aliases.set({ model: model.name, alias, version, reason }, { signal })
    })
  }
}
