import { isAppError } from '../../kernel/errors.ts'
import { inspectModel } from '../../platform/runtimes/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { ServableContext } from './context.ts'
import { checkExample } from './example.ts'
import { ensureGraph } from './graphs/servable-graph.ts'
import { type ModelSignature, type ServableVariant, servableErrors } from './model.ts'
import { findModelFiles, type ModelFiles } from './model-files.ts'
import { ensurePythonModel } from './python-model.ts'
import { ensureRemoteModel } from './remote-model.ts'
import { findModel, saveModel } from './stored-model.ts'

/**
 * Turns a model version into a variant that workers can load, or says why not. It is opened once per content, in a process
 * of its own, before anything is written down. What takes long is told to `onProgress`.
 */
export async function toServable(
  env: ServableContext,
  version: ModelVersion,
  given: { readonly name?: string; readonly weight: number; readonly onProgress?: (text: string) => void },
): Promise<ServableVariant> {
  const files = findModelFiles(version, env.pythonFormats)
  if (files.kind === 'graph') await ensureGraph(env, version, { files, onProgress: given.onProgress, toServable })
  else if (files.kind === 'remote') await ensureRemoteModel(env, version, files)
  else if (files.kind === 'python') await ensurePythonModel(env, version, { files, onProgress: given.onProgress })
  else await ensureOnnxModel(env, version, files)
  await checkExample(env, version, files.digest)
  return {
    name: given.name ?? `v${version.version}`,
    modelVersionId: version.id,
    version: version.version,
    weight: given.weight,
    digest: files.digest,
  }
}

async function ensureOnnxModel(
  { platform, db }: ServableContext,
  version: ModelVersion,
  { digest }: ModelFiles,
): Promise<void> {
  if ((await findModel(db.read, digest)) !== undefined) return
  try {
    const { inputs, outputs } = await inspectModel(await platform.blobs.localPath(digest))
    const signature: ModelSignature = {
      inputs: inputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
      outputs: outputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
    }
    await db.transaction((tx) => saveModel(tx.query, { digest, signature, checkedAt: platform.clock.now() }))
  } catch (error) {
    if (!isAppError(error) || error.code !== 'model_file_unusable') throw error
    const { problem, fix } = error.details
    throw servableErrors.model_not_servable({ modelVersionId: version.id, problem: String(problem), fix: String(fix) })
  }
}
