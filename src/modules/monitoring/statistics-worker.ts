/** The worker thread of `statistics-thread.ts`: answers one task per message, in order. */
import { parentPort } from 'node:worker_threads'
import { runTask, type Task } from './statistics-task.ts'

parentPort?.on('message', ({ id, task }: { id: number; task: Task }) => {
  try {
    parentPort?.postMessage({ id, result: runTask(task) })
  } catch (error) {
    parentPort?.postMessage({ id, problem: error instanceof Error ? error.message : String(error) })
  }
})
