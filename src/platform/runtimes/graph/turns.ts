/** At most so many at once; the others wait, in order of asking. */
export function createTurns(lanes: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = lanes
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
