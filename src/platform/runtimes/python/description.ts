import type { Datatype, PythonModel, TensorSpec } from '../../inference/index.ts'

/**
 * How a Python model is called, from what it was registered with or what a file of its folder says: how it is loaded, and
 * its signature. Columns become one input each; a tensor is an input of its own shape. Without a signature the model takes
 * one matrix of numbers.
 */
export interface Description {
  readonly model: PythonModel
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** A description that cannot be served, with the reason. */
export class Undescribed extends Error {}

/** One column or tensor of a registered signature. */
export interface Field {
  readonly name?: unknown
  readonly type?: unknown
  readonly required?: unknown
  readonly 'tensor-spec'?: unknown
}

type Conversion = PythonModel['conversions'][string]

/** How columns travel; what is no plain value travels as text and is turned back beside the model. */
const columnTypes: Readonly<Record<string, readonly [Datatype, Conversion?]>> = {
  boolean: ['BOOL'],
  integer: ['INT32'],
  long: ['INT64'],
  float: ['FP32'],
  double: ['FP64'],
  string: ['BYTES'],
  datetime: ['BYTES', 'datetime'],
  binary: ['BYTES', 'binary'],
  array: ['BYTES', 'json'],
  object: ['BYTES', 'json'],
  map: ['BYTES', 'json'],
  any: ['BYTES'],
}

const numpyTypes: Readonly<Record<string, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  object: 'BYTES',
  str: 'BYTES',
}

/** Throws `Undescribed` when the signature says nothing that can be given to a model. */
export function describePython(
  parts: Pick<PythonModel, 'loader' | 'codeFolders' | 'predict' | 'params'>,
  signature: { readonly inputs?: readonly Field[] | undefined; readonly outputs?: readonly Field[] | undefined } = {},
): Description {
  const fields = signature.inputs ?? []
  const outputs = (signature.outputs ?? []).map((field, index, all) =>
    toSpec(field, all.length === 1 ? 'predictions' : `output-${index}`),
  )
  const output = outputs.length === 1 && outputs[0] !== undefined ? outputs[0].name : 'predictions'
  const model = { ...parts, output, conversions: {}, isUnnamed: false }
  if (fields.length === 0)
    return {
      model: { ...model, call: 'matrix' },
      inputs: [{ name: 'input', datatype: 'FP64', shape: [-1, -1] }],
      outputs,
    }
  const isTensor = fields.map((field) => field.type === 'tensor')
  if (isTensor.every(Boolean)) {
    const inputs = fields.map((field, index) => toSpec(field, fields.length === 1 ? 'input' : `input-${index}`))
    const isNamed = typeof fields[0]?.name === 'string'
    return { model: { ...model, call: isNamed ? 'arrays' : 'array' }, inputs, outputs }
  }
  if (isTensor.some(Boolean)) throw new Undescribed('its signature mixes columns and tensors')
  const isUnnamed = fields.every((field) => typeof field.name !== 'string')
  const inputs = fields.map((field, index) => toSpec(field, fields.length === 1 ? 'input' : `input-${index}`))
  const conversions = Object.fromEntries(
    fields.flatMap((field, index) => {
      const [, conversion] = columnTypes[String(field.type).toLowerCase()] ?? []
      const name = inputs[index]?.name
      return conversion === undefined || name === undefined ? [] : [[name, conversion]]
    }),
  )
  return { model: { ...model, call: 'frame', conversions, isUnnamed }, inputs, outputs }
}

function toSpec(field: Field, unnamed: string): TensorSpec {
  const name = typeof field.name === 'string' ? field.name : unnamed
  if (field.type === 'tensor') return toTensorSpec(name, objectOf(field['tensor-spec']))
  const [datatype] = columnTypes[String(field.type).toLowerCase()] ?? []
  if (datatype === undefined)
    throw new Undescribed(`column "${name}" of its signature has the type ${JSON.stringify(field.type)}`)
  const column = { name, shape: [-1], isColumn: true }
  if (field.required !== false || datatype === 'BOOL') return { ...column, datatype }
  // A whole number has no value for "missing": a data frame holds such a column as floats.
  return { ...column, datatype: /^INT/.test(datatype) ? 'FP64' : datatype, isOptional: true }
}

function toTensorSpec(name: string, { dtype, shape }: Record<string, unknown>): TensorSpec {
  const datatype = numpyTypes[String(dtype)] ?? (/^[<>|=]?U/.test(String(dtype)) ? 'BYTES' : undefined)
  if (datatype === undefined || !Array.isArray(shape))
    throw new Undescribed(`tensor "${name}" of its signature has the type ${JSON.stringify(dtype)}`)
  return { name, datatype, shape: shape.map(Number) }
}

function objectOf(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
