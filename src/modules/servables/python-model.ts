import {
  type Description,
  describePython,
  type Field,
  inspectPythonModel,
  readRequirements,
  Unbuildable,
  Undescribed,
} from '../../platform/runtimes/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { ServableContext } from './context.ts'
import { servableErrors } from './model.ts'
import type { ModelFiles } from './model-files.ts'
import { ensurePackageFolder } from './package-folder.ts'
import { toRuntime } from './source.ts'
import { findModel, saveModel } from './stored-model.ts'

export type PythonFiles = Extract<ModelFiles, { kind: 'python' }>

/** What makes a Python model servable: its environment is built, and it was loaded once in a process of its own. */
export async function ensurePythonModel(
  env: ServableContext,
  version: ModelVersion,
  given: { readonly files: PythonFiles; readonly onProgress?: ((text: string) => void) | undefined },
): Promise<void> {
  const { files, onProgress } = given
  let substitution: string | undefined
  try {
    const known = await findModel(env.db.read, files.digest)
    // Its ONNX form needs no environment.
    if (known?.onnxForm !== undefined) return
    const runtime = known?.runtime?.kind === 'python' ? known.runtime : undefined
    const requirements = runtime?.requirements ?? (await readRequirements((path) => readText(env, files, path)))
    substitution = await env.environments.substitution(requirements)
    if (known === undefined && substitution !== undefined)
      env.platform.log.warn('a model gets another Python', { modelVersionId: version.id, substitution })
    const interpreter = await env.environments.ensure(requirements, (line) =>
      onProgress?.(`building the Python environment: ${line}`),
    )
    if (known !== undefined) return
    onProgress?.(substitution === undefined ? 'loading the model' : `loading the model; ${substitution}`)
    await inspect(env, {
      files,
      description: await describePythonModel(env, version, files),
      requirements,
      interpreter,
    })
  } catch (error) {
    throw toRefusal(error, version, substitution)
  }
}

interface Inspected {
  readonly files: PythonFiles
  readonly description: Description
  readonly requirements: Awaited<ReturnType<typeof readRequirements>>
  readonly interpreter: string
}

async function inspect(
  env: ServableContext,
  { files, description, requirements, interpreter }: Inspected,
): Promise<void> {
  const { platform, db } = env
  const { model, inputs, outputs } = description
  const path = await ensurePackageFolder(platform, files.digest, files.files)
  const folder = await platform.workDir('serving')
  const runtime = toRuntime(env, { model }, interpreter)
  const found = await inspectPythonModel({ path, inputs, outputs }, runtime, {
    processes: platform.processes,
    folder,
  }).catch((error: Error) => {
    throw new Undescribed(`it cannot be loaded: ${error.message}`)
  })
  const signature = {
    inputs: found.inputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
    outputs: found.outputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
  }
  const stored = { kind: 'python', files: files.files, model, requirements, featureNames: found.featureNames } as const
  const checkedAt = platform.clock.now()
  await db.transaction((tx) => saveModel(tx.query, { digest: files.digest, signature, runtime: stored, checkedAt }))
}

/** What its description or its registered signature says it takes and gives. Throws `Undescribed`. */
export async function describePythonModel(
  env: ServableContext,
  version: ModelVersion,
  files: PythonFiles,
): Promise<Description> {
  const { kind, file } = files.entry
  if (kind !== 'description') {
    const { inputs, outputs } = version.signature ?? {}
    return describePython(
      { loader: { kind, file }, codeFolders: [], predict: 'predict' },
      { inputs: inputs as Field[] | undefined, outputs: outputs as Field[] | undefined },
    )
  }
  const format = env.pythonFormats.find((each) => each.file === file)
  if (format === undefined) throw new Undescribed(`nobody here reads its file ${file}`)
  return format.describe((await readText(env, files, file)) ?? '')
}

async function readText(
  { platform }: ServableContext,
  { files }: PythonFiles,
  path: string,
): Promise<string | undefined> {
  const file = files.find((each) => each.path === path)
  return file === undefined ? undefined : (await platform.blobs.bytes(file.digest)).toString()
}

function toRefusal(error: unknown, { id }: ModelVersion, substitution: string | undefined): unknown {
  const explain = (problem: string) => (substitution === undefined ? problem : `${problem}\nMind that ${substitution}.`)
  if (error instanceof Unbuildable)
    return servableErrors.model_not_servable(
      { modelVersionId: id, problem: explain(error.message), fix: error.fix },
      { cause: error },
    )
  if (error instanceof Undescribed)
    return servableErrors.model_not_servable(
      {
        modelVersionId: id,
        problem: explain(error.message),
        fix: 'Correct the model and register it as a new version.',
      },
      { cause: error },
    )
  return error
}
