import { rowCount } from '../rows.ts'
import type { ModelSource, PythonRuntime } from '../runtime.ts'
import type { Tensor } from '../tensor.ts'
import type { ModelSession, SessionEnv } from '../worker/session.ts'
import { createPlace, type Place } from './place.ts'

let lastNumber = 0

/**
 * A Python model as the data plane sees it: so many processes, each with the model loaded. A run goes to one that is free;
 * one that dies is started again, while the others go on.
 */
export async function openPythonSession(
  source: ModelSource,
  runtime: PythonRuntime,
  { processes, folder, name }: SessionEnv,
): Promise<ModelSession> {
  lastNumber += 1
  const session = `${name}-python-${lastNumber}`
  const places = Array.from({ length: runtime.instances }, (_, index) =>
    createPlace({ processes, folder, source, runtime, name: `${session}-${index}` }),
  )
  const release = async () => {
    await Promise.all(places.map((place) => place.stop()))
  }
  await Promise.all(places.map((place) => place.open())).catch(async (error) => {
    await release()
    throw error
  })
  const { take, give } = createShare(places)
  return {
    inputs: source.inputs,
    outputs: source.outputs,
    lanes: places.length,
    // What a Python model predicts for, is rows: it is given many at once by whoever calls it.
    isRowWise: source.inputs.every(({ shape }) => shape[0] === -1),
    release,
    run: async (inputs) => {
      const place = await take()
      try {
        return checkRows(inputs, await place.run(inputs))
      } finally {
        give(place)
      }
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

/** Hands out each place to one at a time, in order of asking: two deployments may share a model. */
function createShare(places: readonly Place[]): { take(): Promise<Place> | Place; give(place: Place): void } {
  const free = [...places]
  const waiting: ((place: Place) => void)[] = []
  return {
    take: () => free.pop() ?? new Promise((resolve) => waiting.push(resolve)),
    give: (place) => {
      const next = waiting.shift()
      if (next === undefined) free.push(place)
      else next(place)
    },
  }
}
