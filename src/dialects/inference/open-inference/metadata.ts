import type { ServedModel } from '../../../platform/inference/index.ts'

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

export function modelMetadata(model: ServedModel, version: string | undefined) {
  return {
    name: model.name,
    versions: version === undefined ? model.versions : [version],
    platform: 'onnx_onnxv1',
    inputs: model.inputs,
    outputs: model.outputs,
  }
}
