import type { ServedModel, TensorSpec } from '../../../platform/inference/index.ts'

/** What the Open Inference Protocol tells about server and models, over REST and gRPC alike. */
export const serverMetadata = {
  name: 'slipway',
  version: '0.1.0',
  extensions: [
    'binary_tensor_data',
    'parameters',
    'model_configuration',
    'model_repository',
    'schedule_policy',
    'statistics',
  ],
}

/** `<project>_<format>`, as the specification has it. */
const platforms = { onnx: 'onnx_onnxv1', python: 'python_pyfunc', graph: 'ensemble', remote: 'remote' } as const

export function modelMetadata(model: ServedModel, version: string | undefined) {
  return {
    name: model.name,
    versions: version === undefined ? model.versions : [version],
    platform: platforms[model.runtime],
    inputs: model.inputs.map(toTensor),
    outputs: model.outputs.map(toTensor),
  }
}

/** Clients with strict schemas refuse fields beyond these. */
function toTensor({ name, datatype, shape }: TensorSpec) {
  return { name, datatype, shape }
}
