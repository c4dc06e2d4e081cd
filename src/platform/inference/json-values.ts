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
  const filled = fill({ name, data, read, count }, values, 0, 0)
  if (filled !== count)
    throw invalidInput(
      `unexpected number of values for input "${name}": got ${filled}, but shape [${shape}] wants ${count}`,
    )
  return { name, datatype, shape, data }
}

interface Filling {
  readonly name: string
  readonly data: TensorData
  readonly read: Reader
  readonly count: number
}

type Reader = (value: unknown) => number | bigint | string | null | undefined

const maxDepth = 32

function fill(into: Filling, values: readonly unknown[], start: number, depth: number): number {
  if (depth > maxDepth) throw invalidInput(`data of input "${into.name}" is nested deeper than ${maxDepth}`)
  let at = start
  for (const value of values) {
    if (Array.isArray(value)) at = fill(into, value, at, depth + 1)
    else {
      const read = into.read(value)
      if (read === undefined) throw invalidInput(`${wrong(value)} at position ${at} of input "${into.name}"`)
      if (at < into.count) (into.data as { [index: number]: typeof read })[at] = read
      at += 1
    }
  }
  return at
}

function wrong(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `the integer ${value} is beyond 2^53 and already lost digits as a JSON number (send it as a string or as binary data)`
  return `the value ${JSON.stringify(value)?.slice(0, 60)} does not fit the datatype`
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
