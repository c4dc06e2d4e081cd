import { invalidInput } from './errors.ts'

/** Element types by their Open Inference Protocol names, which every other protocol is translated to. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES'

export type NumberArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array
export type NumericData = NumberArray | BigInt64Array | BigUint64Array
export type TensorData = NumericData | (string | null)[]

/** Row-major values. BOOL is a Uint8Array of 0 and 1, FP16 the raw 16 bits, BYTES strings, or null for a missing one. */
export interface Tensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** What a model takes or gives under one name; -1 is a free dimension. */
export interface TensorSpec {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** A column of a data frame, one value a row: may be sent with a second dimension of 1, and its texts may be missing. */
  readonly isColumn?: boolean | undefined
  /** A column that may be left out: it is then missing in every row. */
  readonly isOptional?: boolean | undefined
}

export interface DatatypeFacts {
  /** Bytes per element; 0 for BYTES, whose elements vary. */
  readonly bytes: number
  readonly make: (length: number) => TensorData
  /** The bounds an integer must keep; absent for others. */
  readonly range?: readonly [number, number]
}

const safe = Number.MAX_SAFE_INTEGER

export const datatypes: Readonly<Record<Datatype, DatatypeFacts>> = {
  BOOL: { bytes: 1, make: (n) => new Uint8Array(n), range: [0, 1] },
  UINT8: { bytes: 1, make: (n) => new Uint8Array(n), range: [0, 255] },
  UINT16: { bytes: 2, make: (n) => new Uint16Array(n), range: [0, 65_535] },
  UINT32: { bytes: 4, make: (n) => new Uint32Array(n), range: [0, 4_294_967_295] },
  UINT64: { bytes: 8, make: (n) => new BigUint64Array(n), range: [0, safe] },
  INT8: { bytes: 1, make: (n) => new Int8Array(n), range: [-128, 127] },
  INT16: { bytes: 2, make: (n) => new Int16Array(n), range: [-32_768, 32_767] },
  INT32: { bytes: 4, make: (n) => new Int32Array(n), range: [-2_147_483_648, 2_147_483_647] },
  INT64: { bytes: 8, make: (n) => new BigInt64Array(n), range: [-safe, safe] },
  FP16: { bytes: 2, make: (n) => new Uint16Array(n) },
  FP32: { bytes: 4, make: (n) => new Float32Array(n) },
  FP64: { bytes: 8, make: (n) => new Float64Array(n) },
  BYTES: { bytes: 0, make: (n) => new Array<string | null>(n) },
}

export function isDatatype(text: string): text is Datatype {
  return Object.hasOwn(datatypes, text)
}

/** Elements of one request's tensor; 64 Mi float32 values are 256 MiB. */
export const maxElements = 2 ** 26

/** Number of elements of a shape; refuses negative, fractional and absurd dimensions before anything is allocated. */
export function elementCount(name: string, shape: readonly unknown[]): number {
  let count = 1
  for (const dimension of shape) {
    if (typeof dimension !== 'number' || !Number.isInteger(dimension) || dimension < 0)
      throw invalidInput(`shape of input "${name}" must be whole numbers of 0 or more, got ${JSON.stringify(shape)}`)
    count *= dimension
    if (count > maxElements)
      throw invalidInput(
        `shape ${JSON.stringify(shape)} of input "${name}" causes total element count to exceed maximum size of ${maxElements}`,
      )
  }
  return count
}

/** Values as JSON can carry them; integers of 64 bits beyond 2^53 become decimal strings, NaN and infinities null. */
export function toJsonValues(data: TensorData, datatype: Datatype): (number | string | boolean | null)[] {
  if (Array.isArray(data)) return data
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, (value) => value !== 0)
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, fromBigInt)
  return Array.from(data)
}

function fromBigInt(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** Shape as people read it: `[-1, 4]`. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}
