import {
  datatypes,
  type HttpInference,
  invalidInput,
  type ServedModel,
  type Tensor,
  type TensorSpec,
  tensorFromBytes,
} from '../../../platform/inference/index.ts'

/**
 * A raw binary request (Triton docs/protocol/extension_binary_data.md): the body is the one tensor and nothing else, said by
 * a JSON length of 0. Its shape is the model's, whose one free dimension follows from the number of bytes; for BYTES the
 * whole body is one element. Every output is answered as bytes.
 */
export function readRawTensor(model: ServedModel, { body }: HttpInference): Tensor {
  const [spec] = model.inputs
  if (spec === undefined || model.inputs.length > 1)
    throw invalidInput(
      `Raw request must only have 1 input (found 1) to be deduced but got ${model.inputs.length} inputs in '${model.name}' model configuration`,
    )
  if (spec.datatype !== 'BYTES') return tensorFromBytes(spec.name, spec.datatype, deduceShape(spec, body), body)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.byteLength)
  const shape = spec.shape.map((size) => (size === -1 ? 1 : size))
  return tensorFromBytes(spec.name, 'BYTES', shape, Buffer.concat([length, body]))
}

function deduceShape({ name, datatype, shape }: TensorSpec, body: Buffer): number[] {
  const free = shape.filter((size) => size === -1).length
  if (free > 1)
    throw invalidInput(
      `The shape of Raw input "${name}" can not be deduced because there are more than one variable-sized dimension`,
    )
  const fixed = shape.reduce((product, size) => (size === -1 ? product : product * size), datatypes[datatype].bytes)
  return shape.map((size) => (size === -1 ? Math.floor(body.byteLength / fixed) : size))
}
