/**
 * Entry of a worker process of the data plane: `node worker.ts <config.json>`; and of the disposable child that looks
 * into a model file: `node worker.ts --inspect <path>`; of one that looks at a remote model: `node worker.ts --describe <json>`; and of a scorer: `node worker.ts --score <scorer.json>`. The composition root of the data plane, as main.ts is of the server.
 */
import { readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { inferenceGrpc, inferenceProtocols, openRemote } from './dialects/inference/protocols/index.ts'
import { isAppError } from './kernel/errors.ts'
import {
  describeRemote,
  openOnnxSession,
  type ScoringConfig,
  startScoring,
  startWorker,
  type WorkerConfig,
} from './platform/data-plane/worker/index.ts'
import { createProcesses } from './platform/process/index.ts'
import { createLog, systemClock } from './platform/runtime/index.ts'
import type { InspectionReport } from './platform/runtimes/index.ts'

const [first, second] = process.argv.slice(2)

if (first === '--inspect' && second !== undefined) {
  process.stdout.write(JSON.stringify(await inspect(second)))
} else if (first === '--describe' && second !== undefined) {
  process.stdout.write(JSON.stringify(await describeRemote(JSON.parse(second), openRemote)), () => process.exit(0))
} else if (first === '--score' && second !== undefined) {
  // Whoever waits for an answer goes first.
  setPriority(constants.priority.PRIORITY_LOW)
  await startScoring(JSON.parse(readFileSync(second, 'utf8')) as ScoringConfig, {
    processes: createProcesses(),
    openRemote,
  })
} else if (first !== undefined) {
  const config = JSON.parse(readFileSync(first, 'utf8')) as WorkerConfig
  const worker = await startWorker(config, {
    clock: systemClock,
    log: createLog('info').child(`worker-${config.worker}`),
    pid: process.pid,
    processes: createProcesses(),
    protocols: inferenceProtocols,
    grpc: inferenceGrpc,
    openRemote,
    exit: (code) => process.exit(code),
  })
  process.on('SIGTERM', worker.drain)
  // Ctrl-C goes to every process of the terminal; the control plane says when a worker ends.
  process.on('SIGINT', () => {})
}

async function inspect(path: string): Promise<InspectionReport> {
  try {
    const { inputs, outputs } = await openOnnxSession(path)
    return { inputs, outputs }
  } catch (error) {
    if (!isAppError(error)) return { problem: String(error), fix: 'Export the model again.' }
    return { problem: error.message, fix: error.hint ?? '' }
  }
}
