import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { defineErrors } from '../../../kernel/errors.ts'
import type { DeploymentPackage, Transport } from '../../../sdk/index.ts'
import { inferenceServiceFiles, kubernetesFiles } from './cluster-files.ts'
import { imageFiles } from './image-files.ts'
import { defaultImage, type ExportTarget, modelPath, packageFile, type TextFile } from './package-files.ts'

export const formats = {
  oci: imageFiles,
  kubernetes: (target: ExportTarget): TextFile[] => [...imageFiles(target), ...kubernetesFiles(target)],
  kserve: (target: ExportTarget): TextFile[] => [...imageFiles(target), ...inferenceServiceFiles(target)],
} as const
export type ExportFormat = keyof typeof formats

export const exportErrors = defineErrors({
  format_unknown: ['invalid', 'There is no format {format}; there are {formats}.'],
  model_damaged: ['unavailable', 'What arrived of version {version} is not its model file.', 'Run the command again.'],
})

export interface ExportOptions {
  readonly deployment: string
  readonly format: string
  readonly folder: string
  readonly image?: string | undefined
  readonly version: string
}

export interface Exported {
  readonly folder: string
  readonly image: string
  readonly paths: readonly string[]
}

const get = { method: 'GET', path: '/v1/deployments/{name}/package' } as const

/** Writes the folder; files of an export before are replaced. Throws `format_unknown` and what the server says. */
export async function exportDeployment(transport: Transport, options: ExportOptions): Promise<Exported> {
  const { format } = options
  if (!isFormat(format)) throw exportErrors.format_unknown({ format, formats: Object.keys(formats).join(', ') })
  const deployment = await transport.call<DeploymentPackage>(get, { name: options.deployment })
  const image = options.image ?? defaultImage(deployment)
  const folder = resolve(options.folder)
  const files = [packageFile(deployment), ...formats[format]({ deployment, image, version: options.version })]
  const models = new Map(deployment.variants.map((variant) => [variant.digest, variant.version]))
  for (const [digest, version] of models) await fetchModel(transport, { folder, digest, version })
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const paths = [...files.map(({ path }) => path), ...[...models.keys()].map(modelPath)].sort()
  return { folder, image, paths }
}

function isFormat(text: string): text is ExportFormat {
  return Object.hasOwn(formats, text)
}

async function fetchModel(
  transport: Transport,
  { folder, digest, version }: { folder: string; digest: string; version: number },
): Promise<void> {
  const path = join(folder, modelPath(digest))
  const held = await readFile(path).catch(() => undefined)
  if (held !== undefined && sha256(held) === digest) return
  const bytes = new Uint8Array(await (await transport.raw('GET', `/v1/blobs/${digest}`)).arrayBuffer())
  if (sha256(bytes) !== digest) throw exportErrors.model_damaged({ version })
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
