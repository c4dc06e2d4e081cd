import {
  datatypes,
  showShape,
  type Tensor,
  type TensorData,
  type TensorSpec,
  tensorFromJson,
} from '../../inference/index.ts'

/**
 * What a function gave, as tensors of the types and shapes that it declares. A value is a typed array, a list, nested or
 * flat, or `{ data, shape }` of one of these; without a shape, the one free dimension follows from the number of values.
 * Throws with the output and what is wrong.
 */
export function toOutputTensors(specs: readonly TensorSpec[], result: unknown): Tensor[] {
  if (typeof result !== 'object' || result === null)
    throw new TypeError(`gave ${result === null ? 'null' : typeof result}, not an object of its outputs`)
  const values = result as Readonly<Record<string, unknown>>
  const undeclared = Object.keys(values).filter((name) => !specs.some((spec) => spec.name === name))
  if (undeclared.length > 0) throw new TypeError(`gave "${undeclared.join('", "')}", which it does not declare`)
  return specs.map((spec) => {
    const value = values[spec.name]
    if (value === undefined || value === null) throw new TypeError(`gave no output "${spec.name}"`)
    return toTensor(spec, value)
  })
}

function toTensor(spec: TensorSpec, value: unknown): Tensor {
  const { name, datatype } = spec
  const { data, shape } = isShaped(value) ? value : { data: value, shape: undefined }
  if (!Array.isArray(data) && !ArrayBuffer.isView(data))
    throw new TypeError(`gave output "${name}" as ${typeof data}, not as an array`)
  const found = shape ?? shapeOf(spec, data as readonly unknown[])
  if (found.length !== spec.shape.length || spec.shape.some((size, index) => size !== -1 && size !== found[index]))
    throw new RangeError(`gave output "${name}" with the shape ${showShape(found)}, not ${showShape(spec.shape)}`)
  const exact = exactData(spec, data)
  if (exact === undefined) return asOutput(() => tensorFromJson(name, datatype, found, toList(data)))
  const count = found.reduce((product, size) => product * size, 1)
  if (exact.length !== count)
    throw new RangeError(`gave output "${name}" with ${exact.length} values, not the ${count} of ${showShape(found)}`)
  return { name, datatype, shape: found, data: exact }
}

function isShaped(value: unknown): value is { readonly data: unknown; readonly shape?: readonly number[] } {
  return typeof value === 'object' && value !== null && 'data' in value && !ArrayBuffer.isView(value)
}

/** A typed array that is already what the datatype is held in needs no look at its values. */
function exactData({ datatype }: TensorSpec, data: unknown): TensorData | undefined {
  const own = datatypes[datatype].make(0)
  return !Array.isArray(own) && ArrayBuffer.isView(data) && data.constructor === own.constructor
    ? (data as unknown as TensorData)
    : undefined
}

/** Numbers of another kind of array are taken as they are, big ones as text: each is checked against the datatype. */
function toList(data: readonly unknown[] | ArrayBufferView): unknown[] {
  const list = Array.from(data as unknown as ArrayLike<unknown>)
  return list.map((value) => (typeof value === 'bigint' ? value.toString() : value))
}

/** Nested lists tell their shape; a flat one has the declared shape, whose free dimension takes what is left. */
function shapeOf(spec: TensorSpec, data: readonly unknown[]): readonly number[] {
  if (Array.isArray(data) && (Array.isArray(data[0]) || spec.shape.length <= 1)) return nestedShape(data)
  const free = spec.shape.filter((size) => size === -1).length
  const fixed = spec.shape.reduce((product, size) => product * (size === -1 ? 1 : size), 1)
  if (free === 0) return spec.shape
  if (free > 1 || fixed === 0 || data.length % fixed !== 0)
    throw new RangeError(
      `gave output "${spec.name}" as ${data.length} values, which have no one shape like ${showShape(spec.shape)}; give { data, shape }`,
    )
  return spec.shape.map((size) => (size === -1 ? data.length / fixed : size))
}

function nestedShape(data: unknown): number[] {
  return Array.isArray(data) ? [data.length, ...nestedShape(data[0])] : []
}

/** The messages of the reader speak of a request's inputs. */
function asOutput(read: () => Tensor): Tensor {
  try {
    return read()
  } catch (error) {
    throw new TypeError((error as Error).message.replaceAll('input "', 'output "'))
  }
}
