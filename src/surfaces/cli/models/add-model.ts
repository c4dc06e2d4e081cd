import { randomUUID } from 'node:crypto'
import type { ModelVersion, Transport } from '../../../sdk/index.ts'
import type { HashedFile } from '../datasets/local-files.ts'
import { readFiles, sendMissing } from '../datasets/send-files.ts'
import type { ReportProgress } from '../datasets/transfer.ts'
import { bytesText } from '../datasets/transfer-report.ts'

export interface AddModelOptions {
  readonly name: string
  /** Files and folders on this machine. */
  readonly paths: readonly string[]
  /** Default: told by the names of the files. */
  readonly format?: string
  readonly description?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly signature?: unknown
  /** Points at the new version afterwards. */
  readonly alias?: string
}

const create = { method: 'POST', path: '/v1/models/{model}/versions' } as const
const setAlias = { method: 'PUT', path: '/v1/models/{model}/aliases/{alias}' } as const

/** Makes a model version from local files: sends what the server lacks, names them, and moves the alias if one is given. */
export async function addModel(
  transport: Transport,
  options: AddModelOptions,
  { signal, onProgress = () => undefined }: { readonly signal: AbortSignal; readonly onProgress?: ReportProgress },
): Promise<ModelVersion> {
  const { name: model, paths, alias, format, ...more } = options
  const files = await readFiles(paths, onProgress)
  await sendMissing({ send: transport.raw, signal }, files, onProgress)
  const named = files.map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes }))
  const version = await transport.call<ModelVersion>(
    create,
    // The key makes a request that is repeated after a lost answer add one version.
    { model, ...more, files: named, format: format ?? formatOf(files), key: randomUUID() },
    { signal },
  )
  if (alias === undefined) return version
  return transport.call<ModelVersion>(setAlias, { model, alias, version: version.version }, { signal })
}

/** What can run it, as far as the names of the files tell. */
export function formatOf(files: readonly Pick<HashedFile, 'path'>[]): string {
  const has = (pattern: RegExp) => files.some(({ path }) => pattern.test(path))
  if (has(/^graph\.yaml$/)) return 'graph'
  if (has(/\.onnx$/)) return 'onnx'
  if (has(/(^|\/)(MLmodel|model\.py)$|\.(pkl|pickle|joblib|pt|pth|safetensors)$/)) return 'python'
  return 'files'
}

/** What adding did: the version, how large it is, and what a graph was pinned to. */
export function renderAddedModel({
  model,
  version,
  files,
  sizeBytes,
  format,
  components,
  aliases,
}: ModelVersion): string {
  const count = files.length === 1 ? '1 file' : `${files.length} files`
  const pinned = (components ?? []).map(({ node, ref }) => `  ${node}  ${ref}`)
  const named = aliases.map((alias) => ` @${alias}`).join('')
  return [`Added ${model}/${version}${named}: ${format}, ${count}, ${bytesText(sizeBytes)}.`, ...pinned].join('\n')
}
