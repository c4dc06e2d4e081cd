import type { RemoteRuntime } from '../../platform/inference/index.ts'
import { inspectRemote } from '../../platform/runtimes/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { ServableContext } from './context.ts'
import { servableErrors } from './model.ts'
import { findModelFiles, type ModelFiles } from './model-files.ts'
import { type ConnectModel, RemoteFile, RemotePlace, remoteFileName } from './remote-file.ts'
import { saveModel } from './stored-model.ts'

type RemoteFiles = Extract<ModelFiles, { kind: 'remote' }>

export function createRemoteModels(env: ServableContext) {
  /**
   * Registers a model that another server has, as a version like any other: its one file says where it is and what it takes
   * and gives, asked of that server now. Repeating it answers the same version.
   */
  async function connectModel({
    model,
    description,
    inputs,
    outputs,
    columns,
    ...place
  }: ConnectModel & { readonly createdBy?: string }): Promise<ModelVersion> {
    const { createdBy, ...where } = place
    const found = await look(env, where, { inputs, outputs })
    checkColumns(columns, found.inputs)
    const file = RemoteFile.parse({ ...where, ...found, columns, isGiven: inputs.length + outputs.length > 0 })
    const blob = await env.platform.blobs.write(Buffer.from(JSON.stringify(file)))
    return env.registry.createVersion({
      model,
      files: [{ path: remoteFileName, ...blob }],
      format: 'remote',
      signature: {
        inputs: columns?.map((name) => ({ name, type: typeOf(file.inputs) })) ?? file.inputs.map(toColumn),
        outputs: file.outputs.map(toColumn),
      },
      source: where.server,
      key: `remote:${blob.digest}`,
      description,
      createdBy,
    })
  }

  /** Throws when that server does not have the model any more as it was registered. */
  async function checkRemoteModel(version: ModelVersion): Promise<void> {
    const files = findModelFiles(version, env.pythonFormats)
    if (files.kind !== 'remote') return
    const file = await readRemoteFile(env, version, files)
    const { inputs, outputs } = file
    const where = RemotePlace.parse(file)
    const given = file.isGiven ? { inputs, outputs } : { inputs: [], outputs: [] }
    const now = await look(env, where, given)
    if (shapeOf(now) === shapeOf({ inputs, outputs })) return
    throw servableErrors.model_not_servable({
      modelVersionId: version.id,
      problem: `the model "${where.remoteModel}" at ${where.server} takes or gives something else than when it was registered.`,
      fix: `Register it again: slipway models connect ${version.model} ${where.server} --remote-model ${where.remoteModel}`,
    })
  }

  return { connectModel, checkRemoteModel }
}

/** What makes such a version servable: its file can be read. Whether the other server answers now is another question. */
export async function ensureRemoteModel(
  env: ServableContext,
  version: ModelVersion,
  files: RemoteFiles,
): Promise<void> {
  const file = await readRemoteFile(env, version, files)
  const { inputs, outputs, isBinary, isBatchable } = file
  const { platform, db } = env
  const runtime = { ...toRuntime(RemotePlace.parse(file)), isBinary, isBatchable }
  const model = { digest: files.digest, signature: { inputs, outputs }, runtime, checkedAt: platform.clock.now() }
  await db.transaction((tx) => saveModel(tx.query, model))
}

async function readRemoteFile(
  env: ServableContext,
  version: ModelVersion,
  { digest }: RemoteFiles,
): Promise<RemoteFile> {
  const text = (await env.platform.blobs.bytes(digest)).toString()
  const parsed = RemoteFile.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw servableErrors.model_not_servable({
    modelVersionId: version.id,
    problem: `its ${remoteFileName} cannot be read (${parsed.error.issues[0]?.message}).`,
    fix: `Register it again: slipway models connect ${version.model} <server> --remote-model <name>`,
  })
}

async function look(env: ServableContext, where: RemotePlace, given: Pick<ConnectModel, 'inputs' | 'outputs'>) {
  const runtime = { ...toRuntime(where), isBinary: false, isBatchable: false, allowedHosts: env.remoteHosts }
  const found = await inspectRemote({
    runtime,
    ...(given as Pick<Parameters<typeof inspectRemote>[0], 'inputs' | 'outputs'>),
  })
  return { ...found, inputs: found.inputs.map(open), outputs: found.outputs.map(open) }
}

function toRuntime({
  server,
  remoteModel,
  remoteVersion,
  ...rest
}: RemotePlace): Omit<RemoteRuntime, 'isBinary' | 'isBatchable'> {
  return { kind: 'remote', url: server, model: remoteModel, version: remoteVersion, ...rest }
}

/** Throws `remote_columns_invalid` unless the names are those of one matrix. */
function checkColumns(columns: readonly string[] | undefined, inputs: RemoteFile['inputs']): void {
  if (columns === undefined) return
  const [only, second] = inputs
  const width = only?.shape.length === 2 && second === undefined ? only.shape[1] : undefined
  if (width === -1 || width === columns.length) return
  const taken = inputs.map(({ name, shape }) => `"${name}" [${shape.join(', ')}]`).join(', ')
  throw servableErrors.remote_columns_invalid({ count: columns.length, taken })
}

function typeOf([input]: RemoteFile['inputs']): string {
  return input?.datatype ?? ''
}

function shapeOf({ inputs, outputs }: Pick<RemoteFile, 'inputs' | 'outputs'>): string {
  const plain = (specs: RemoteFile['inputs']) => specs.map(({ name, datatype, shape }) => [name, datatype, shape])
  return JSON.stringify([plain(inputs), plain(outputs)])
}

function toColumn({ name, datatype, shape }: RemoteFile['inputs'][number]) {
  return { name, type: datatype, shape }
}

function open<Spec extends { readonly shape: readonly number[] }>(spec: Spec) {
  return { ...spec, shape: [...spec.shape] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
