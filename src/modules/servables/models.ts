import type { ModelVersion } from '../registry/index.ts'
import type { ServableContext } from './context.ts'
import { findModelFiles } from './model-files.ts'
import { toServable } from './servable.ts'
import type { Servables } from './service.ts'
import { findSource } from './source.ts'
import { findModel, findSignatures } from './stored-model.ts'

type Models = Pick<
  Servables,
  'findModelFiles' | 'toServable' | 'isPrepared' | 'findSource' | 'findModel' | 'findSignatures'
>

/** Versions of any kind. */
export function createModels(ctx: ServableContext): Models {
  async function isPrepared(version: ModelVersion): Promise<boolean> {
    const files = findModelFiles(version, ctx.pythonFormats)
    if (files.kind === 'onnx') return true
    if (files.kind === 'graph') return false
    const known = await findModel(ctx.db.read, files.digest)
    if (known?.runtime?.kind !== 'python') return false
    return known.onnxForm !== undefined || ctx.environments.isReady(known.runtime.requirements)
  }

  return {
    isPrepared,
    findModelFiles: (version) => findModelFiles(version, ctx.pythonFormats),
    toServable: (version, given) => toServable(ctx, version, given),
    findSource: (digest) => findSource(ctx, digest),
    findModel: (digest) => findModel(ctx.db.read, digest),
    findSignatures: (digests) => findSignatures(ctx.db.read, digests),
  }
}
