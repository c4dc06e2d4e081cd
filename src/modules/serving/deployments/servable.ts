import { isAppError } from '../../../kernel/errors.ts'
import { inspectModel } from '../../../platform/inference/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { ModelVersion } from '../../registry/index.ts'
import { type ModelSignature, servingErrors } from '../model.ts'
import type { ServingDb } from '../tables.ts'
import { findSignature, type StoredVariant, saveSignature } from './store.ts'

/**
 * Turns a model version into a variant that workers can load, or says why not. The file is opened once per content, in a
 * process of its own, before anything is written down.
 */
export async function toServable(
  env: { readonly platform: Platform; readonly db: ServingDb },
  version: ModelVersion,
  given: { readonly name?: string; readonly weight: number },
): Promise<StoredVariant> {
  const digest = modelFile(version)
  await ensureSignature(env, version, digest)
  return {
    name: given.name ?? `v${version.version}`,
    modelVersionId: version.id,
    version: version.version,
    weight: given.weight,
    digest,
  }
}

function modelFile(version: ModelVersion): string {
  const refuse = (problem: string, fix: string) =>
    servingErrors.model_not_servable({ modelVersionId: version.id, problem, fix })
  if (version.status !== 'ready')
    throw refuse(`its state is ${version.status}.`, 'Wait until its files are uploaded, or register it again.')
  const [file, second] = version.files.filter(({ path }) => path.endsWith('.onnx'))
  if (file === undefined)
    throw refuse(
      `none of its files (${version.files.map(({ path }) => path).join(', ') || 'it has none'}) is an ONNX model.`,
      'Export the model to ONNX and register that file; other formats are not served yet.',
    )
  if (second !== undefined)
    throw refuse(`it has several ONNX files, ${file.path} and ${second.path}.`, 'Register a version with one of them.')
  return file.digest
}

async function ensureSignature(
  { platform, db }: { readonly platform: Platform; readonly db: ServingDb },
  version: ModelVersion,
  digest: string,
): Promise<ModelSignature> {
  const known = await findSignature(db.read, digest)
  if (known !== undefined) return known
  try {
    const { inputs, outputs } = await inspectModel(await platform.blobs.localPath(digest))
    const signature = {
      inputs: inputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
      outputs: outputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
    }
    await db.transaction((tx) => saveSignature(tx.query, { digest, signature, checkedAt: platform.clock.now() }))
    return signature
  } catch (error) {
    if (!isAppError(error) || error.code !== 'model_file_unusable') throw error
    const { problem, fix } = error.details
    throw servingErrors.model_not_servable({ modelVersionId: version.id, problem, fix })
  }
}
