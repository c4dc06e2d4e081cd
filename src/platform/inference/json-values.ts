import { invalidInput } from './errors.ts'
import { type Datatype, datatypes, elementCount, type Tensor, type TensorData } from './tensor.ts'

/**
 * Reads tensor values from JSON, nested or flat, into a typed array, checking each one: a float where an integer is
 * wanted, an integer out of range or beyond what JSON numbers carry exactly, and null where NaN cannot be (it stands for
 * NaN in floating tensors) are refused with their position.
 */
export function tensorFromJson(name: string, datatype: Datatype, shape: readonly number[], values: unknown): Tensor {
  const count = elementCount(name, shape)
  if (!Array.isArray(values)) throw invalidInput(`data of input "${name}" must be an array`)
  if (datatype === 'FP16')
    throw invalidInput(`input "${name}" is FP16, which JSON cannot carry; send it as binary data`)
  const data = datatypes[datatype].make(count)
  const read = readers[datatype] ?? integerReader(datatype)
  const filled = fill({ name, datatype, shape, data, read, count }, values, { at: 0, depth: 0, rest: count })
  if (filled !== count)
    throw invalidInput(
      `unexpected number of values for input "${name}": got ${filled}, but shape [${shape}] wants ${count}`,
    )
  return { name, datatype, shape, data }
}

interface Filling {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorData
  readonly read: Reader
  readonly count: number
}

type Reader = (value: unknown) => number | bigint | string | null | undefined

const maxDepth = 32

/** Where a list begins, how deep it lies, and how many values its shape wants of it. */
interface Place {
  readonly at: number
  readonly depth: number
  readonly rest: number
}

function fill(into: Filling, values: readonly unknown[], { at: start, depth, rest }: Place): number {
  if (depth > maxDepth) throw invalidInput(`data of input "${into.name}" is nested deeper than ${maxDepth}`)
  // Nested as the shape is: then a list of another length would shift all values behind it into other rows.
  const isRows = values.length === into.shape[depth]
  const each = isRows ? rest / values.length : rest
  let at = start
  for (const value of values) {
    if (Array.isArray(value)) {
      const end = fill(into, value, { at, depth: depth + 1, rest: each })
      if (isRows && end - at !== each)
        throw invalidInput(
          `unexpected number of values for input "${into.name}": ${depth === 0 ? 'row' : 'list'} ${values.indexOf(value)} has ${end - at}, but shape [${into.shape}] wants ${each}`,
        )
      at = end
    } else {
      const read = into.read(value)
      if (read === undefined)
        throw invalidInput(`${wrong(value, into.datatype)} at position ${at} of input "${into.name}"`)
      if (at < into.count) (into.data as { [index: number]: typeof read })[at] = read
      at += 1
    }
  }
  return at
}

function wrong(value: unknown, datatype: Datatype): string {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `the integer ${value} is beyond 2^53 and already lost digits as a JSON number (send it as a string or as binary data)`
  return `the value ${JSON.stringify(value)?.slice(0, 60)} does not fit the datatype ${datatype}`
}

const float: Reader = (value) => (typeof value === 'number' ? value : value === null ? Number.NaN : undefined)

const readers: Partial<Record<Datatype, Reader>> = {
  FP32: float,
  FP64: float,
  BOOL: (value) => (value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : undefined),
  // Whether a model takes missing texts is its signature's to say.
  BYTES: (value) => (typeof value === 'string' || value === null ? value : undefined),
  INT64: (value) => toBigInt(value, -(2n ** 63n), 2n ** 63n - 1n),
  UINT64: (value) => toBigInt(value, 0n, 2n ** 64n - 1n),
}

function integerReader(datatype: Datatype): Reader {
  const [low, high] = datatypes[datatype].range ?? [0, 0]
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined
}

function toBigInt(value: unknown, low: bigint, high: bigint): bigint | undefined {
  let big: bigint
  if (typeof value === 'number' && Number.isSafeInteger(value)) big = BigInt(value)
  else if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) big = BigInt(value)
  else return undefined
  return big >= low && big <= high ? big : undefined
}
