import type { ModelSource, PythonRuntime } from '../runtime.ts'
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
    release,
    run: async (inputs) => {
      const place = await take()
      try {
        return await place.run(inputs)
      } finally {
        give(place)
      }
    },
  }
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
