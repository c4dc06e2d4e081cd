import type { Json } from '../../kernel/json.ts'
import {
  invalidInput,
  type Tensor,
  type TensorSpec,
  tensorFromJson,
  toJsonValues,
} from '../../platform/inference/index.ts'
import { type RecordedRow, shortFloat } from '../predictions/index.ts'

/** Recorded rows as what a model takes, and what it gives as rows again: the way back of `toRows`. */

/** What a model needs to be run on rows. */
export interface RowModel {
  readonly inputs: readonly TensorSpec[]
  /** Names of the columns of a single matrix input, when they are known. */
  readonly featureNames: readonly string[] | undefined
}

type Values = RecordedRow['inputs']

/** One request of one row. Throws `inference_input_invalid` when the row lacks a feature or has a value of another kind. */
export function toTensors(model: RowModel, values: Readonly<Values>): Tensor[] {
  return model.inputs.map((spec) => {
    const shape = [1, ...spec.shape.slice(1).map((size) => (size === -1 ? 1 : size))]
    const cells = model.inputs.length === 1 ? matrixCells(spec, values, model.featureNames) : undefined
    if (cells !== undefined) return tensorFromJson(spec.name, spec.datatype, [1, cells.length], cells)
    const value = values[spec.name]
    if (value === undefined) throw invalidInput(`the row has no value for input "${spec.name}"`)
    if (value === null && spec.datatype !== 'FP32' && spec.datatype !== 'FP64')
      throw invalidInput(`the value of input "${spec.name}" was not recorded: it is too large, or null`)
    // A request that had no rows of its own was kept whole, with its shape.
    if (isWhole(value)) return tensorFromJson(spec.name, spec.datatype, value.shape, value.values)
    const flat = Array.isArray(value) ? value : [value]
    const own = spec.shape.length === 0 ? [] : spec.shape.slice(1).includes(-1) ? [1, flat.length] : shape
    return tensorFromJson(spec.name, spec.datatype, own, flat)
  })
}

/** The columns of a matrix input, by feature name or by `<input>.<column>`; undefined when the row does not have them. */
function matrixCells(
  spec: TensorSpec,
  values: Readonly<Values>,
  featureNames: readonly string[] | undefined,
): Json[] | undefined {
  if (spec.shape.length !== 2 || spec.name in values) return undefined
  const width = spec.shape[1] === -1 ? (featureNames?.length ?? Object.keys(values).length) : (spec.shape[1] ?? 0)
  const named = featureNames?.length === width ? featureNames : undefined
  return Array.from({ length: width }, (_, column) => {
    const name = named?.[column]
    const value = (name === undefined ? undefined : values[name]) ?? values[`${spec.name}.${column}`]
    const isKnown = value !== undefined || (name !== undefined && name in values)
    if (!isKnown) throw invalidInput(`the row has no value for feature "${name ?? `${spec.name}.${column}`}"`)
    return value ?? null
  })
}

function isWhole(value: Json): value is { shape: number[]; values: Json[] } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'shape' in value && 'values' in value
}

/** The outputs of a run of one row, by name: a single value as it is, several as an array. */
export function toOutputs(tensors: readonly Tensor[]): Record<string, Json> {
  return Object.fromEntries(
    tensors.map(({ name, datatype, shape, data }) => {
      const values = toJsonValues(data, datatype).map((value) =>
        storable(datatype === 'FP32' ? shortFloat(value) : value),
      )
      const isSingle = shape.length <= 1 || (shape.length === 2 && values.length === 1)
      return [name, isSingle ? (values[0] ?? null) : values]
    }),
  )
}

/** NaN and infinities are null, as in recorded predictions: JSON has no word for them. */
function storable(value: Json): Json {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}
