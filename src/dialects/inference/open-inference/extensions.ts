import type { Datatype, InferenceCore, ServedModel, TensorSpec } from '../../../platform/inference/index.ts'

/**
 * Extensions of Triton that clients use beside inference: model_configuration (docs/protocol/extension_model_configuration.md)
 * and the index of model_repository (extension_model_repository.md). Loading and unloading are not offered: a deployment
 * decides what is live.
 */

/** max_batch_size 0: shapes are whole, first dimension included. */
export function modelConfig(model: ServedModel): object {
  return {
    name: model.name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: model.inputs.map(toConfig),
    output: model.outputs.map(toConfig),
    version_policy: { specific: { versions: model.versions.map(Number) } },
  }
}

/** A bare array, as Triton answers it. With `ready` only the models that can answer. */
export function repositoryIndex(core: InferenceCore, body: Buffer): object[] {
  const onlyReady = body.byteLength > 0 && JSON.parse(body.toString()).ready === true
  return core.models().flatMap((model) => {
    if (!model.ready)
      return onlyReady ? [] : [{ name: model.name, state: 'UNAVAILABLE', reason: 'no version is deployed' }]
    return model.versions.map((version) => ({ name: model.name, version, state: 'READY', reason: '' }))
  })
}

function toConfig({ name, datatype, shape }: TensorSpec): object {
  return { name, data_type: configTypes(datatype), dims: shape }
}

function configTypes(datatype: Datatype): string {
  return `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`
}
