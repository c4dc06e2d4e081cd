import { inferenceErrors } from '../inference/index.ts'
import type { Processes } from '../process/index.ts'
import type { Log } from '../runtime/index.ts'
import { command } from './command.ts'
import type { WorkerConfig } from './worker/worker.ts'
import { findWorker, untilReady, watchWorker, workerSpec } from './worker-process.ts'

/** One place for a worker: empty, or with a process that is watched and replaced when it dies. */
export interface WorkerSlot {
  readonly isUp: boolean
  readonly sockets: { readonly command: string; readonly inference: string }
  /** Takes over a worker that runs from before, when it is the wanted kind; ends it otherwise. */
  adopt(isWanted: boolean): Promise<void>
  /** Resolves when a worker is up; starts one when none is. Throws when it cannot be started. */
  ensureUp(): Promise<void>
  /** Starts a worker when none is up, again and again until one runs. */
  keepUp(): void
  /** Lets the worker finish and end; another one may be started here later. */
  rest(): Promise<void>
  /** Lets the worker finish and end, for good. */
  drain(): Promise<void>
}

export interface WorkerSlotOptions {
  readonly config: WorkerConfig
  readonly folder: string
  readonly processes: Processes
  readonly log: Log
  readonly onLog: () => void
  /** The worker came up or went down. */
  readonly onChange: () => void
}

const firstPauseMs = 100
const maxPauseMs = 10_000
/** A worker that ran this long was healthy: its successor starts at once. */
const healthyMs = 10_000

export function createWorkerSlot(options: WorkerSlotOptions): WorkerSlot {
  const { config, log } = options
  const sockets = { command: config.commandSocket, inference: config.inferenceSocket }
  let isUp = false
  let isStopping = false
  let starting: Promise<void> | undefined
  let watch: { stop(): void } | undefined
  let ended: (() => void) | undefined
  let pauseMs = 0
  let upSince = 0
  let nextAttempt: NodeJS.Timeout | undefined

  async function follow(): Promise<void> {
    watch = await watchWorker(sockets.command, { log: options.onLog, end: onEnd })
    isUp = true
    upSince = performance.now()
    options.onChange()
  }

  function onEnd(): void {
    isUp = false
    options.onLog()
    ended?.()
    if (isStopping) return
    log.warn('worker ended', { worker: config.worker, output: `worker-${config.worker}.out` })
    options.onChange()
    pauseMs = performance.now() - upSince > healthyMs ? 0 : longer(pauseMs)
    nextAttempt = setTimeout(keepUp, pauseMs).unref()
  }

  function keepUp(): void {
    ensureUp().catch((error) => {
      if (isStopping) return
      log.error('worker not started', { worker: config.worker, error })
      pauseMs = longer(pauseMs)
      nextAttempt = setTimeout(keepUp, pauseMs).unref()
    })
  }

  async function launch(): Promise<void> {
    const child = await options.processes.start(await workerSpec(config, options.folder))
    let hasExited = false
    const onExit = () => {
      hasExited = true
    }
    // A spawner that ends takes its word about the child with it; the worker is then watched by its socket alone.
    child.exited.then(onExit, onExit)
    const status = await untilReady(sockets.command, () => hasExited)
    if (status === undefined) {
      child.cancel()
      throw new Error(`worker ${config.worker} did not become ready; see worker-${config.worker}.out`)
    }
    log.info('worker started', { worker: config.worker, pid: status.pid })
    await follow()
  }

  function ensureUp(): Promise<void> {
    if (isUp) return Promise.resolve()
    if (isStopping) return Promise.reject(inferenceErrors.inference_worker_away())
    starting ??= launch().finally(() => {
      starting = undefined
    })
    return starting
  }

  async function end(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      ended = resolve
    })
    await command(sockets.command, 'POST /drain', 5000)
    await gone
  }

  async function empty(): Promise<void> {
    isStopping = true
    clearTimeout(nextAttempt)
    await starting?.catch(() => {})
    if (isUp) await end().catch((error) => log.warn('worker not drained', { worker: config.worker, error }))
    watch?.stop()
    isUp = false
  }

  return {
    sockets,
    get isUp() {
      return isUp
    },
    ensureUp,
    keepUp,
    adopt: async (isWanted) => {
      const found = await findWorker(sockets.command)
      if (found === undefined) return
      if (isWanted && found.fingerprint === config.fingerprint) {
        log.info('worker taken over', { worker: config.worker, pid: found.pid })
        return follow()
      }
      isStopping = true
      watch = await watchWorker(sockets.command, { log: () => {}, end: onEnd })
      isUp = true
      await empty()
      isStopping = false
    },
    rest: async () => {
      await empty()
      isStopping = false
    },
    drain: empty,
  }
}

function longer(pauseMs: number): number {
  return Math.min(maxPauseMs, Math.max(firstPauseMs, pauseMs * 2))
}
