/** The worker thread of `statistics-thread.ts`: answers one task per message, in order. */
import { answerRequests } from '../../platform/runtime/index.ts'
import { runTask, type Task } from './statistics-task.ts'

answerRequests((task: Task) => runTask(task))
