import {
  type Datatype,
  type InferenceCore,
  inferenceErrors,
  type ServedModel,
  type TensorSpec,
} from '../../../platform/inference/index.ts'

/**
 * Extensions of Triton that clients use beside inference: model_configuration (docs/protocol/extension_model_configuration.md)
 * and model_repository (extension_model_repository.md). A deployment decides what is live: loading a model that is live is
 * a success, anything that would change it is refused in words.
 */

const backends = {
  onnx: { platform: 'onnxruntime_onnx', backend: 'onnxruntime' },
  python: { platform: '', backend: 'python' },
  graph: { platform: 'ensemble', backend: '' },
  remote: { platform: '', backend: 'remote' },
} as const

/** max_batch_size 0: shapes are whole, first dimension included. */
export function modelConfig(model: ServedModel) {
  return {
    name: model.name,
    ...backends[model.runtime],
    max_batch_size: 0,
    input: model.inputs.map(toConfig),
    output: model.outputs.map(toConfig),
    version_policy: { specific: { versions: model.versions.map(Number) } },
  }
}

const unloaded = 'unloaded: nobody asked for it, and the next request loads it'

/** What is in memory; with `onlyReady` only that. Whether a request is answered is for `ready` to say. */
export function repositoryIndex(core: InferenceCore, onlyReady: boolean) {
  return core.models().flatMap((model) => {
    const { problem } = model
    if (problem !== undefined && !onlyReady)
      return model.versions.map((version) => ({ name: model.name, version, state: 'UNAVAILABLE', reason: problem }))
    if (!model.ready)
      return onlyReady ? [] : [{ name: model.name, state: 'UNAVAILABLE', reason: 'no version is deployed' }]
    if (model.isUnloaded && onlyReady) return []
    const [state, reason] = model.isUnloaded ? ['UNAVAILABLE', unloaded] : ['READY', '']
    return model.versions.map((version) => ({ name: model.name, version, state, reason }))
  })
}

/** Throws unless the model is live as it is. `parameters` are those of the request: they would change what is loaded. */
export function loadModel(core: InferenceCore, name: string, parameters: readonly string[]): void {
  const model = core.models().find((candidate) => candidate.name === name)
  if (model === undefined) throw inferenceErrors.inference_load_unknown({ model: name })
  if (parameters.length > 0 || !model.ready) throw inferenceErrors.inference_managed({ model: name, verb: 'load' })
}

export function unloadModel(core: InferenceCore, name: string): never {
  core.model(name)
  throw inferenceErrors.inference_managed({ model: name, verb: 'unload' })
}

function toConfig({ name, datatype, shape }: TensorSpec) {
  return { name, data_type: configType(datatype), dims: shape }
}

function configType(datatype: Datatype): string {
  return `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`
}
