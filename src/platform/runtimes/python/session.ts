import { type ModelSource, type PythonRuntime, rowCount, type Tensor } from '../../inference/index.ts'
import { openPool } from '../host/pool.ts'
import type { ModelSession, SessionEnv } from '../session.ts'
import { completeParams } from './params.ts'
import { pythonProgram } from './program.ts'

let lastNumber = 0

/** A Python model as the data plane sees it: so many processes, each with the model loaded. */
export async function openPythonSession(
  source: ModelSource,
  runtime: PythonRuntime,
  { processes, folder, name }: Pick<SessionEnv, 'processes' | 'folder' | 'name'>,
): Promise<ModelSession> {
  lastNumber += 1
  const pool = await openPool({
    processes,
    folder,
    name: `${name}-python-${lastNumber}`,
    program: pythonProgram(source, runtime),
    instances: runtime.instances,
  })
  const { params } = runtime.model
  return {
    inputs: source.inputs,
    outputs: source.outputs,
    lanes: pool.size,
    // Code of any kind: it may rank, fill in or take means over what it is given at once.
    mayMixRows: true,
    release: () => pool.stop(),
    run: async (inputs, _isAbandoned, given) => {
      const call = params === undefined ? undefined : { params: completeParams(params, given) }
      return checkRows(inputs, await pool.run(inputs, call))
    },
  }
}

/** One result for each row: anything else would reach the wrong request. A bare value is the result of a single row. */
function checkRows(inputs: readonly Tensor[], outputs: Tensor[]): Tensor[] {
  const rows = rowCount(inputs)
  if (rows === undefined) return outputs
  return outputs.map((tensor) => {
    const [given] = tensor.shape
    if (given === rows) return tensor
    if (given === undefined && rows === 1) return { ...tensor, shape: [1] }
    throw new Error(`the model gave ${given ?? 'one bare value'} for ${rows} rows as "${tensor.name}"`)
  })
}
