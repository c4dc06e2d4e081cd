import type { Platform } from '../../platform/platform.ts'
import type { Registry } from '../registry/index.ts'
import type { ServableContext } from './context.ts'
import { findExample } from './example-rows.ts'
import type { PythonFormat } from './formats.ts'
import { graphReader } from './graphs/read-graph.ts'
import { findModelFiles, graphFormat } from './model-files.ts'
import { openModels } from './open-models.ts'
import { ensurePackageFolder } from './package-folder.ts'
import { ensurePythonModel } from './python-model.ts'
import { checkRemoteModel, connectModel } from './remote-model.ts'
import { toServable } from './servable.ts'
import type { Servables } from './service.ts'
import { findSource, toRuntime } from './source.ts'
import { chooseOnnxForm, findModel, findOnnxForms, findSignatures } from './stored-model.ts'
import type { ServableTables } from './tables.ts'

export function createServables(platform: Platform, registry: Registry): Servables {
  const db = platform.db.typed<ServableTables>()
  const pythonFormats: PythonFormat[] = []
  let opened: ServableContext | undefined
  const ctx = () => {
    if (opened === undefined) throw new Error('models are used before they were opened')
    return opened
  }
  return {
    open: async (settings) => {
      opened = { ...(await openModels(platform, settings)), registry, checkedExamples: new Set(), pythonFormats }
      registry.readFormat(graphFormat, graphReader(opened))
    },
    readPython: (format) => {
      pythonFormats.push(format)
    },
    findModelFiles: (version) => findModelFiles(version, pythonFormats),
    findExample: (model) => findExample({ platform, pythonFormats }, model),
    toServable: (version, given) => toServable(ctx(), version, given),
    isPrepared: async (version) => {
      const files = findModelFiles(version, pythonFormats)
      if (files.kind === 'onnx') return true
      if (files.kind === 'graph') return false
      const known = await findModel(db.read, files.digest)
      if (known?.runtime?.kind !== 'python') return false
      return known.onnxForm !== undefined || ctx().environments.isReady(known.runtime.requirements)
    },
    checkRemoteModel: (version) => checkRemoteModel(ctx(), version),
    connectModel: (input) => connectModel(ctx(), input),
    findSource: (digest) => findSource(ctx(), digest),
    findModel: (digest) => findModel(db.read, digest),
    findSignatures: (digests) => findSignatures(db.read, digests),
    ensurePythonModel: (version, given) => ensurePythonModel(ctx(), version, given),
    openPythonModel: async ({ digest, runtime }, onProgress) => {
      const interpreter = await ctx().environments.ensure(runtime.requirements, (line) =>
        onProgress(`building the Python environment: ${line}`),
      )
      const path = await ensurePackageFolder(platform, digest, runtime.files)
      return { path, runtime: toRuntime(ctx(), runtime, interpreter) }
    },
    findOnnxForms: (digests) => findOnnxForms(db.read, digests),
    chooseOnnxForm: (tx, digest, form) => chooseOnnxForm(tx.typed<ServableTables>().query, digest, form),
    environments: () => ctx().environments,
  }
}
