import { Worker } from 'node:worker_threads'
import { runTask, type Task, type TaskResult, taskSize } from './statistics-task.ts'

// 20 000 values are compared in under 5 ms, which a request does not notice; a thread costs 40 ms to start.
const inlineLimit = 20_000

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
  let lastId = 0

  function failAll(error: Error): void {
    worker = undefined
    for (const task of waiting.values()) task.reject(error)
    waiting.clear()
  }

  function start(): Worker {
    const started = new Worker(workerUrl)
    started.on('message', ({ id, result, problem }: { id: number; result: never; problem?: string }) => {
      const task = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) started.unref()
      if (problem === undefined) task?.resolve(result)
      else task?.reject(new Error(problem))
    })
    started.on('error', failAll)
    started.on('exit', () => failAll(new Error('the statistics thread ended')))
    return started
  }

  return {
    async run<T extends Task>(task: T): Promise<TaskResult<T>> {
      if (taskSize(task) <= inlineLimit) return runTask(task) as TaskResult<T>
      worker ??= start()
      const [thread, id] = [worker, ++lastId]
      return new Promise<TaskResult<T>>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (result: never) => void, reject })
        thread.ref()
        thread.postMessage({ id, task }, transferable(task))
      })
    },
    async stop() {
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
