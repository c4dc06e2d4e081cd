import type { Datatype, ServedModel, TensorSpec } from '../../../platform/inference/index.ts'

/** The signature of a model as TensorFlow Serving's `/metadata` tells it (g3doc/api_rest.md); sizes are text, -1 is free. */
export function servableMetadata({ name, versions, inputs, outputs }: ServedModel, version = versions[0] ?? '') {
  const signature = {
    inputs: byName(inputs),
    outputs: byName(outputs),
    method_name: 'tensorflow/serving/predict',
  }
  return {
    model_spec: { name, signature_name: '', version },
    metadata: { signature_def: { signature_def: { serving_default: signature } } },
  }
}

function byName(specs: readonly TensorSpec[]) {
  return Object.fromEntries(
    specs.map(({ name, datatype, shape }) => {
      const dim = shape.map((size) => ({ size: String(size), name: '' }))
      return [name, { dtype: dtypes[datatype], tensor_shape: { dim, unknown_rank: false }, name }]
    }),
  )
}

const dtypes: Readonly<Record<Datatype, string>> = {
  BOOL: 'DT_BOOL',
  UINT8: 'DT_UINT8',
  UINT16: 'DT_UINT16',
  UINT32: 'DT_UINT32',
  UINT64: 'DT_UINT64',
  INT8: 'DT_INT8',
  INT16: 'DT_INT16',
  INT32: 'DT_INT32',
  INT64: 'DT_INT64',
  FP16: 'DT_HALF',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
}
