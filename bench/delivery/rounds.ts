/** Rounds of two or more conditions in turn, so that what else the machine does slows all of them alike. */
export async function inTurn<T>(rounds: number, conditions: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const results = conditions.map((): T[] => [])
  for (let round = 0; round < rounds; round++) {
    // The order turns around, so that a drift of the machine favors nobody.
    const order = conditions.map((_, index) => index)
    if (round % 2 === 1) order.reverse()
    for (const index of order) {
      const run = conditions[index]
      if (run !== undefined) results[index]?.push(await run())
    }
  }
  return results
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
