/**
 * The inside of a worker process: follows the plan, keeps models in memory, answers inference on the shared public port,
 * records predictions, and hands everything else to the control plane. Only the worker's entry and the inspection child
 * import this; the control plane knows a worker by its sockets and its files.
 */
export { describeRemote, openOnnxSession } from '../../runtimes/index.ts'
export type { ScoringConfig } from '../scorer-wire.ts'
export { startScoring } from './scoring.ts'
export { startWorker, type WorkerConfig, type WorkerEnv } from './worker.ts'
