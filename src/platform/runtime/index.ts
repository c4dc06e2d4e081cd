/**
 * The only doors from Slipway to its own process: clock, randomness, environment, standard streams, fault points.
 * Everything else receives them as values, so tests hold time still and no module reads `process` on its own.
 */
export {
  baseChildEnvironment,
  ownEnvironment,
  packageToolEnvironment,
  remoteEnvironment,
  remoteSecret,
  traceHeaders,
} from './child-environment.ts'
export { type Clock, systemClock } from './clock.ts'
export { closeGently, stopListening } from './close-gently.ts'
export { type FaultPoint, faultPoint, faultPoints } from './fault.ts'
export { buffersPassed } from './garbage.ts'
export { releaseMemoryWhenIdle } from './idle-memory.ts'
export { createLog, type Log, type LogFields, type LogLevel, logLevels } from './log.ts'
export { ignoreStopSignals, parentChannel } from './parent-channel.ts'
export { signalGroup } from './signals.ts'
export { answerRequests, createWorkerThread, type WorkerThread } from './worker-thread.ts'
