import { isAppError } from '../../../kernel/errors.ts'
import { sleep } from '../../../kernel/retry.ts'
import { inferenceErrors } from '../../inference/index.ts'

/**
 * Whether a remote server answers. One that cannot be reached is left alone: requests are refused at once, and one probe,
 * later each time, finds out when it is back.
 */
export interface Presence {
  /** Why it is away; undefined while it is there. */
  readonly problem: string | undefined
  /** Throws `inference_remote_away` while it is away; follows what comes of the call. */
  through<T>(call: () => Promise<T>): Promise<T>
  /** Asks once in the background. */
  look(): void
  stop(): void
}

const firstPauseMs = 250
const maxPauseMs = 5000
/** A late answer may be one slow request; this many in a row are a server that hangs. */
const maxLate = 3

export function createPresence({
  host,
  probe,
}: {
  readonly host: string
  readonly probe: () => Promise<void>
}): Presence {
  const stopped = new AbortController()
  let problem: string | undefined
  let lateCount = 0
  let isProbing = false

  async function watch(): Promise<void> {
    if (isProbing) return
    isProbing = true
    for (let pauseMs = firstPauseMs; problem !== undefined; pauseMs = Math.min(maxPauseMs, pauseMs * 2)) {
      await sleep(pauseMs, stopped.signal)
      if (stopped.signal.aborted) return
      await ask()
    }
    isProbing = false
  }

  async function ask(): Promise<void> {
    try {
      await probe()
      problem = undefined
    } catch (error) {
      problem = reasonOf(error)
    }
  }

  function failed(error: unknown): void {
    if (!isAppError(error) || error.code !== 'inference_remote_away') return
    lateCount = error.details.isLate === true ? lateCount + 1 : maxLate
    if (lateCount < maxLate) return
    problem = reasonOf(error)
    void watch().catch(() => {})
  }

  return {
    get problem() {
      return problem
    },
    through: async (call) => {
      if (problem !== undefined) throw inferenceErrors.inference_remote_away({ host, problem })
      try {
        const result = await call()
        lateCount = 0
        return result
      } catch (error) {
        failed(error)
        throw error
      }
    },
    look: () => {
      void ask()
        .then(watch)
        .catch(() => {})
    },
    stop: () => stopped.abort(),
  }
}

/** Without the words about which server it was, which are said again. */
function reasonOf(error: unknown): string {
  if (isAppError(error) && typeof error.details.problem === 'string') return error.details.problem
  return error instanceof Error ? error.message : String(error)
}
