import type { Tensor } from '../../inference/index.ts'
import type { HostOptions } from './host.ts'
import { createPlace, type Place } from './place.ts'

/** So many processes of the same user code. A run goes to one that is free; one that dies is started again, while the others go on. */
export interface Pool {
  readonly size: number
  /** Waits for a free process. Throws as `Host.run` and `Place.run` do. */
  run(inputs: readonly Tensor[], call?: object): Promise<Tensor[]>
  stop(): Promise<void>
}

/** Starts all of them. Throws, and leaves none behind, when one cannot be. */
export async function openPool({
  instances,
  ...options
}: Omit<HostOptions, 'signal'> & { readonly instances: number }): Promise<Pool> {
  const places = Array.from({ length: instances }, (_, index) =>
    createPlace({ ...options, name: `${options.name}-${index}` }),
  )
  const stop = async () => {
    await Promise.all(places.map((place) => place.stop()))
  }
  await Promise.all(places.map((place) => place.open())).catch(async (error) => {
    await stop()
    throw error
  })
  const { take, give } = createShare(places)
  return {
    size: places.length,
    stop,
    run: async (inputs, call) => {
      const place = await take()
      try {
        return await place.run(inputs, call)
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
