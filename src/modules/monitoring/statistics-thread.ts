import { createWorkerThread } from '../../platform/runtime/index.ts'
import { runTask, type Task, type TaskResult, taskSize } from './statistics-task.ts'

// 20 000 values are compared in under 5 ms, which a request does not notice; a thread costs 40 ms to start.
const inlineLimit = 20_000

// The same file name in the sources (.ts) and in the built program (.js).
const file = new URL(
  import.meta.url.endsWith('.ts') ? './statistics-worker.ts' : './statistics-worker.js',
  import.meta.url,
)

/** Runs the statistics: small tasks at once, large ones in one worker thread that starts when it is first needed. */
export interface StatisticsThread {
  run<T extends Task>(task: T): Promise<TaskResult<T>>
  stop(): Promise<void>
}

export function createStatisticsThread(): StatisticsThread {
  const thread = createWorkerThread<Task, TaskResult<Task>>(file, { name: 'statistics' })
  return {
    async run<T extends Task>(task: T): Promise<TaskResult<T>> {
      if (taskSize(task) <= inlineLimit) return runTask(task) as TaskResult<T>
      return (await thread.ask(task, transferable(task))) as TaskResult<T>
    },
    stop: () => thread.stop(),
  }
}

/** The window's values are moved to the thread, not copied; the baselines stay, for the next window. */
function transferable(task: Task): ArrayBuffer[] {
  if (task.kind !== 'drift') return []
  return task.features.flatMap(({ current }) =>
    current.type === 'numeric' ? [current.values.buffer as ArrayBuffer] : [],
  )
}
