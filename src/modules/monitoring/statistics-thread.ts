import { Worker } from 'node:worker_threads'
import { runTask, type Task, type TaskResult, taskSize } from './statistics-task.ts'

// 20 000 values are compared in under 5 ms, which a request does not notice; a thread costs 40 ms to start.
const inlineLimit = 20_000

// A thread with nothing to do is ended after this long: it holds about 15 MB.
const idleMs = 60_000

// The same file name in the sources (.ts) and in the compiled package (.js).
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './statistics-worker.ts' : './statistics-worker.js',
  import.meta.url,
)

/** Runs the statistics: small tasks at once, large ones in one worker thread that starts when it is first needed. */
export interface StatisticsThread {
  run<T extends Task>(task: T): Promise<TaskResult<T>>
  stop(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

export function createStatisticsThread(): StatisticsThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let lastId = 0

  function failAll(ended: Worker, error: Error): void {
    // One that was ended for idleness has no tasks; those waiting belong to its successor.
    if (worker !== undefined && worker !== ended) return
    worker = undefined
    for (const task of waiting.values()) task.reject(error)
    waiting.clear()
  }

  /** Keeps no process alive, and ends the thread when nobody wants it for a while. */
  function rest(idle: Worker): void {
    idle.unref()
    idleTimer = setTimeout(() => {
      if (worker === idle) worker = undefined
      void idle.terminate()
    }, idleMs).unref()
  }

  function start(): Worker {
    const started = new Worker(workerUrl)
    started.on('message', ({ id, result, problem }: { id: number; result: never; problem?: string }) => {
      const task = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) rest(started)
      if (problem === undefined) task?.resolve(result)
      else task?.reject(new Error(problem))
    })
    started.on('error', (error: Error) => failAll(started, error))
    started.on('exit', () => failAll(started, new Error('the statistics thread ended')))
    return started
  }

  return {
    async run<T extends Task>(task: T): Promise<TaskResult<T>> {
      if (taskSize(task) <= inlineLimit) return runTask(task) as TaskResult<T>
      clearTimeout(idleTimer)
      worker ??= start()
      const [thread, id] = [worker, ++lastId]
      return new Promise<TaskResult<T>>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (result: never) => void, reject })
        thread.ref()
        thread.postMessage({ id, task }, transferable(task))
      })
    },
    async stop() {
      clearTimeout(idleTimer)
      await worker?.terminate()
    },
  }
}

/** The window's values are moved to the thread, not copied; the baselines stay, for the next window. */
function transferable(task: Task): ArrayBuffer[] {
  if (task.kind !== 'drift') return []
  return task.features.flatMap(({ current }) =>
    current.type === 'numeric' ? [current.values.buffer as ArrayBuffer] : [],
  )
}
