import { cutRows, datatypes, joinRows, type Tensor, type TensorSpec } from '../inference/index.ts'
import type { ModelSession } from './session.ts'

/** Rows of a warm-up value for a free dimension that is not the first. */
const freeSize = 1

/**
 * Runs a fresh session once, so that the first request does not pay for lazy allocation, and finds out whether requests
 * may share a run: only when every tensor's first dimension is free and two rows together give what they give apart.
 */
export async function warmUp(session: ModelSession): Promise<{ batchable: boolean; problem?: string }> {
  if (session.isBatchable !== undefined) return { batchable: session.isBatchable }
  try {
    const zero = sampleInputs(session.inputs, 0)
    const outputs = await session.run(zero)
    const free = [...session.inputs, ...session.outputs].every((spec) => spec.shape[0] === -1)
    if (!free || outputs.some((output) => output.shape[0] !== 1)) return { batchable: false }
    const one = sampleInputs(session.inputs, 1)
    const together = await session.run(joinRows([zero, one]))
    const alone = await session.run(one)
    return { batchable: close(cutRows(together, 0, 1), outputs) && close(cutRows(together, 1, 2), alone) }
  } catch (error) {
    // A model may refuse made-up values (an index of 0, an empty string) and still serve real ones.
    return { batchable: session.isRowWise, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** One row of made-up values. */
export function sampleInputs(specs: readonly TensorSpec[], value: 0 | 1): Tensor[] {
  return specs.map((spec) => sample(spec, value))
}

function sample({ name, datatype, shape }: TensorSpec, value: 0 | 1): Tensor {
  const concrete = shape.map((size, index) => (size === -1 ? (index === 0 ? 1 : freeSize) : size))
  const data = datatypes[datatype].make(concrete.reduce((product, size) => product * size, 1))
  if (Array.isArray(data)) data.fill(String(value))
  else if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(value))
  else data.fill(datatype === 'FP16' && value === 1 ? 0x3c00 : value)
  return { name, datatype, shape: concrete, data }
}

/** Float results of another batch size may differ in the last digits: other kernels sum in another order. */
function close(left: readonly Tensor[], right: readonly Tensor[]): boolean {
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
