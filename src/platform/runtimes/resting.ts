import { inferenceErrors } from '../inference/index.ts'
import type { ModelSession } from './session.ts'

/**
 * A session that is released once nobody asked for it for a while, and opened again by the next run, which waits for it.
 * Runs that come meanwhile share that one opening; when it fails they are told why, and the next run tries again.
 */
export interface RestingSession {
  run: ModelSession['run']
  /** Undefined: it stays. */
  restAfter(ms: number | undefined): void
  readonly isResting: boolean
  /** Ends it for good; nothing runs on it any more. */
  release(): Promise<void>
}

export function createResting(first: ModelSession, open: () => Promise<ModelSession>): RestingSession {
  let current: Promise<ModelSession> | undefined = Promise.resolve(first)
  let released: Promise<void> = Promise.resolve()
  let active = 0
  let idleMs: number | undefined
  let timer: NodeJS.Timeout | undefined

  function wake(): Promise<ModelSession> {
    const opening = released.then(open)
    current = opening
    opening.catch(() => {
      if (current === opening) current = undefined
    })
    return opening
  }

  function rest(): void {
    timer = undefined
    // A run that is under way begins the wait anew when it ends.
    if (active > 0 || current === undefined) return
    released = letGo()
  }

  async function letGo(): Promise<void> {
    const resting = current
    current = undefined
    // Whoever waited for an opening that failed was told.
    await resting?.then((session) => session.release()).catch(() => {})
  }

  function wait(): void {
    if (idleMs === undefined) return
    if (timer !== undefined) timer.refresh()
    else timer = setTimeout(rest, idleMs).unref()
  }

  return {
    run: async (inputs, isAbandoned, params) => {
      active += 1
      try {
        const session = await (current ?? wake()).catch((error) => {
          const problem = error instanceof Error ? error.message : String(error)
          throw inferenceErrors.inference_not_loaded({ problem }, { cause: error })
        })
        return await session.run(inputs, isAbandoned, params)
      } finally {
        active -= 1
        if (active === 0) wait()
      }
    },
    restAfter: (ms) => {
      if (ms === idleMs) return
      clearTimeout(timer)
      timer = undefined
      idleMs = ms
      if (active === 0) wait()
    },
    get isResting() {
      return current === undefined
    },
    release: async () => {
      clearTimeout(timer)
      idleMs = undefined
      await letGo()
      await released
    },
  }
}
