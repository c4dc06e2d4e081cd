/**
 * Types for the functions of an inference graph. A function's file is loaded by the server as it is, with its types stripped,
 * so this import must be of types only:
 *
 *   import type { GraphFunction } from 'slipway'
 *
 *   export const inputs = { km: { datatype: 'FP64', shape: [-1] } } as const
 *   export const outputs = { miles: { datatype: 'FP64', shape: [-1] } } as const
 *
 *   const toMiles: GraphFunction<typeof inputs, typeof outputs> = ({ km }) => ({ miles: km.data.map((value) => value / 1.609344) })
 *   export default toMiles
 */

/** What holds the values of a datatype. BOOL is 0 and 1, FP16 the raw 16 bits; a missing text is null. */
interface GraphData {
  BOOL: Uint8Array
  UINT8: Uint8Array
  UINT16: Uint16Array
  UINT32: Uint32Array
  UINT64: BigUint64Array
  INT8: Int8Array
  INT16: Int16Array
  INT32: Int32Array
  INT64: BigInt64Array
  FP16: Uint16Array
  FP32: Float32Array
  FP64: Float64Array
  BYTES: readonly (string | null)[]
}

type Datatype = keyof GraphData

/** The exports `inputs` and `outputs` of a file; -1 is a free dimension. */
type Declaration = Readonly<Record<string, { readonly datatype: Datatype; readonly shape: readonly number[] }>>

/** Row-major values. */
export interface GraphTensor<D extends Datatype = Datatype> {
  readonly datatype: D
  readonly shape: readonly number[]
  readonly data: GraphData[D]
}

type Nested<Value> = readonly (Value | Nested<Value>)[]
type Value<D extends Datatype> = D extends 'BYTES'
  ? string | null
  : D extends 'BOOL'
    ? boolean | 0 | 1
    : number | bigint
type Values<D extends Datatype> = GraphData[D] | Nested<Value<D>> | (D extends 'BYTES' | 'FP16' ? never : NumberArray)
type NumberArray = Exclude<GraphData[Exclude<Datatype, 'BYTES'>], readonly unknown[]>

/** An output: lists, nested or flat, or a typed array; with a shape where it has more than one free dimension. */
export type GraphOutput<D extends Datatype = Datatype> =
  | Values<D>
  | { readonly data: Values<D>; readonly shape?: readonly number[] }

/** The files that were registered with the function, by their path in the version; each is read once. */
export interface GraphContext {
  /** Path of their folder. */
  readonly folder: string
  read(path: string): Uint8Array
  readText(path: string): string
  readJson(path: string): unknown
  /** Ends the call: the request is at fault, not the function. Its client gets a 400 with these words. */
  refuse(problem: string): never
}

/** The default export of a function's file. What it throws is the request's failure, with file and line. */
export type GraphFunction<Inputs extends Declaration, Outputs extends Declaration> = (
  inputs: { readonly [Name in keyof Inputs]: GraphTensor<Inputs[Name]['datatype']> },
  ctx: GraphContext,
) => GraphOutputs<Outputs> | Promise<GraphOutputs<Outputs>>

type GraphOutputs<Outputs extends Declaration> = {
  readonly [Name in keyof Outputs]: GraphOutput<Outputs[Name]['datatype']>
}
