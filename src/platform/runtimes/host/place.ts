import { sleep } from '../../../kernel/retry.ts'
import { inferenceErrors, type Tensor } from '../../inference/index.ts'
import { type Host, type HostOptions, startHost } from './host.ts'

/** One place for a process of user code: when the process ends, another is started, later each time if it lived shortly. */
export interface Place {
  /** Starts the first process. Throws when the model cannot be loaded. */
  open(): Promise<void>
  /** Waits for a process that is being started. Throws `inference_model_away` when the next try is not soon. */
  run(inputs: readonly Tensor[], call?: object): Promise<Tensor[]>
  stop(): Promise<void>
}

const firstPauseMs = 100
const maxPauseMs = 30_000
/** A process that ran this long was healthy: its successor starts at once. */
const healthyMs = 10_000
/** Requests wait for a pause of this length, and are refused during a longer one. */
const patienceMs = 5_000

export function createPlace(options: Omit<HostOptions, 'signal'>): Place {
  const stopped = new AbortController()
  let current: Promise<Host> = Promise.reject(new Error('not opened'))
  current.catch(() => {})
  let isPausing = false
  let pauseMs = 0
  let problem = ''

  function begin(): void {
    isPausing = pauseMs > patienceMs
    current = sleep(pauseMs, stopped.signal).then(() => {
      isPausing = false
      return startHost({ ...options, signal: stopped.signal })
    })
    current.then(follow, (error: Error) => again(error.message, Math.max(pauseMs, patienceMs)))
  }

  function follow(host: Host): void {
    const since = performance.now()
    void host.ended.then((how) => again(how, performance.now() - since > healthyMs ? 0 : pauseMs))
  }

  function again(how: string, lastPauseMs: number): void {
    if (stopped.signal.aborted) return
    problem = how.split('\n')[0] ?? how
    pauseMs = Math.min(maxPauseMs, Math.max(firstPauseMs, lastPauseMs * 2))
    begin()
  }

  return {
    open: async () => {
      begin()
      await current
    },
    run: async (inputs, call) => {
      const away = () => inferenceErrors.inference_model_away({ problem })
      if (isPausing) throw away()
      const host = await current.catch(() => {
        throw away()
      })
      return host.run(inputs, call)
    },
    stop: async () => {
      stopped.abort()
      await current.then((host) => host.stop()).catch(() => {})
    },
  }
}
