import { cutRows, datatypes, joinRows, type Tensor, type TensorSpec } from '../inference/index.ts'
import type { ModelSession } from './session.ts'

/** Whether rows of several requests may share a run of a model. */
export interface RowSharing {
  /** Its tensors can hold more rows than one: every first dimension is free. */
  readonly isPossible: boolean
  /** Rows were answered alike alone and beside others. Where trial rows are refused, or all answered the same, nothing is proved. */
  readonly isProved: boolean
}

const trialRows = [1, 2, 3]
/** What stands before a row may reach into it as well as what stands behind. */
const orders = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
]

/** Runs a fresh session, so that the first request does not pay for lazy allocation, and finds out what its rows do to each other. */
export async function warmUp(session: ModelSession): Promise<RowSharing> {
  const isPossible = [...session.inputs, ...session.outputs].every((spec) => spec.shape[0] === -1)
  if (session.isBatchable !== undefined) return { isPossible, isProved: session.isBatchable }
  try {
    const rows = trialRows.map((seed) => sampleInputs(session.inputs, seed))
    const alone: Tensor[][] = []
    for (const row of rows) alone.push(await session.run(row))
    if (!isPossible || alone.some((outputs) => outputs.some(({ shape }) => shape[0] !== 1)))
      return { isPossible: false, isProved: false }
    const [first, ...others] = alone
    if (first === undefined || others.every((other) => areClose(other, first))) return { isPossible, isProved: false }
    for (const order of orders) {
      const together = await session.run(joinRows(order.map((index) => rows[index] ?? [])))
      const isAlike = order.every((index, at) => areClose(cutRows(together, at, at + 1), alone[index] ?? []))
      if (!isAlike) return { isPossible, isProved: false }
    }
    return { isPossible, isProved: true }
  } catch {
    // A model may refuse made-up values and still serve real ones; whether those may stand together, nobody has seen.
    return { isPossible, isProved: false }
  }
}

/** One row of made-up values: small, none of them zero, and of another seed other ones; seed 0 is all zeros. */
export function sampleInputs(specs: readonly TensorSpec[], seed: number): Tensor[] {
  return specs.map((spec, at) => sample(spec, seed === 0 ? () => 0 : (index) => 1 + ((seed * 5 + index * 3 + at) % 7)))
}

/** Rows of a warm-up value for a free dimension that is not the first. */
const freeSize = 1

function sample({ name, datatype, shape }: TensorSpec, valueAt: (index: number) => number): Tensor {
  const concrete = shape.map((size, index) => (size === -1 ? (index === 0 ? 1 : freeSize) : size))
  const data = datatypes[datatype].make(concrete.reduce((product, size) => product * size, 1))
  for (let index = 0; index < data.length; index++) {
    const value = valueAt(index)
    if (Array.isArray(data)) data[index] = String(value)
    else if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = BigInt(value)
    else if (datatype === 'BOOL') data[index] = value % 2
    else if (datatype === 'FP16') data[index] = value === 0 ? 0 : halfOf(value)
    // Fractions tell more of a network than whole numbers, which saturate it.
    else data[index] = datatype === 'FP32' || datatype === 'FP64' ? value / 4 : value
  }
  return { name, datatype, shape: concrete, data }
}

/** The 16 bits of a whole number from 1 to 7, quartered (IEEE 754 binary16). */
function halfOf(value: number): number {
  const exponent = Math.floor(Math.log2(value))
  return ((exponent - 2 + 15) << 10) | ((value / 2 ** exponent - 1) * 1024)
}

/** Float results of another batch size may differ in the last digits: other kernels sum in another order. */
function areClose(left: readonly Tensor[], right: readonly Tensor[]): boolean {
  return left.every((tensor, index) => {
    const other = right[index]
    if (other === undefined || other.data.length !== tensor.data.length) return false
    for (let i = 0; i < tensor.data.length; i++) {
      const a = tensor.data[i]
      const b = other.data[i]
      if (a === b) continue
      if (typeof a !== 'number' || typeof b !== 'number') return false
      if (Number.isNaN(a) && Number.isNaN(b)) continue
      if (tensor.datatype === 'FP16' || !(Math.abs(a - b) <= 1e-5 + 1e-4 * Math.abs(b))) return false
    }
    return true
  })
}
