import { inject } from 'vitest'

/** One of each kind, with every commit another one; all of them in `npm run test:long`. */
export function sampleOfEach<T>(all: readonly T[], kindOf: (one: T) => string): readonly T[] {
  const turn = inject('sampleTurn')
  if (turn === null) return all
  return [...Map.groupBy(all, kindOf).values()].flatMap((ones) => ones.slice(turn % ones.length).slice(0, 1))
}
