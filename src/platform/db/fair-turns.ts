import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KyselyPlugin } from 'kysely'

/** The event loop may wait this long for one chain of reads. */
const turnMs = 10

/**
 * SQLite answers at once, so a loop of awaited reads is one long run of microtasks in which no request, timer or signal is
 * heard. When a turn of the event loop has lasted `turnMs`, the next result waits for the turn after it.
 */
export function fairTurns(): KyselyPlugin {
  let turnStart: number | undefined
  return {
    transformQuery: ({ node }) => {
      if (turnStart === undefined) {
        turnStart = performance.now()
        setImmediate(() => {
          turnStart = undefined
        })
      }
      return node
    },
    transformResult: async ({ result }) => {
      if (turnStart !== undefined && performance.now() - turnStart > turnMs) await nextTurn()
      return result
    },
  }
}
