import { mkdirSync, rmSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { dirname, join } from 'node:path'
import { createIds } from '../../../kernel/ids.ts'
import type { AccessRules } from '../../auth/index.ts'
import {
  type InferenceGrpc,
  type InferenceProtocol,
  inferenceErrors,
  readPlan,
  readTraceCounts,
  traceCountsFile,
} from '../../inference/index.ts'
import type { Processes } from '../../process/index.ts'
import { type Clock, closeGently, type Log, traceHeaders } from '../../runtime/index.ts'
import type { OpenRemote } from '../../runtimes/index.ts'
import { createControl } from './control.ts'
import { createCounters } from './counters.ts'
import { createEngine } from './engine.ts'
import { createFront } from './front.ts'
import { createModels } from './models.ts'
import { createRecorder } from './recorder.ts'
import { createTracer, type Tracer } from './tracer.ts'

/** A worker's whole configuration, handed over as JSON. */
export interface WorkerConfig {
  readonly worker: number
  readonly host: string
  readonly port: number
  /** False where the system cannot share a port: the control plane keeps it and forwards. */
  readonly sharesPort: boolean
  readonly planPath: string
  readonly logFolder: string
  /** Unix socket of the control plane. */
  readonly controlSocket: string
  /** Unix sockets this worker listens on: commands, and forwarded inference. */
  readonly commandSocket: string
  readonly inferenceSocket: string
  readonly access: AccessRules
  readonly fingerprint: string
  readonly maxBatchRows: number
  readonly maxPending: number
  readonly maxBodyBytes: number
  readonly logLimitBytes: number
  /** Where traces of predictions go, over OTLP/HTTP; absent: nowhere. */
  readonly traceUrl?: string | undefined
  /** Percent of the requests that bring no trace of their own. */
  readonly traceSample?: number | undefined
  /** Refuses to start when a model of the plan cannot be loaded; else its deployment is missing until the next plan. */
  readonly mustLoad?: boolean
}

export interface WorkerEnv {
  readonly clock: Clock
  readonly log: Log
  readonly pid: number
  readonly processes: Processes
  readonly protocols: readonly InferenceProtocol[]
  readonly grpc: InferenceGrpc
  readonly openRemote: OpenRemote
  readonly exit: (code: number) => void
}

/** Requests still open this long after a drain began are cut off. */
const drainLimitMs = 10_000
const segmentBytes = 8 * 1024 * 1024

/** Loads the plan, and only then listens: a request never meets a worker that is not ready. Answers how to stop it. */
export async function startWorker(config: WorkerConfig, env: WorkerEnv): Promise<{ drain: () => void }> {
  const { clock, log } = env
  mkdirSync(config.logFolder, { recursive: true })
  const models = createModels({
    processes: env.processes,
    openRemote: env.openRemote,
    folder: dirname(config.planPath),
    name: `worker-${config.worker}`,
  })
  let draining = false
  const fronts: ReturnType<typeof createFront>[] = []
  const recorder = createRecorder({
    folder: config.logFolder,
    worker: config.worker,
    limitBytes: config.logLimitBytes,
    segmentBytes,
    now: () => clock.now(),
    onWritten: () => control.poke(),
  })
  const counters = createCounters({
    folder: dirname(config.planPath),
    worker: config.worker,
    now: () => clock.now(),
  })
  const tracer = openTracer(config, clock)
  const engine = createEngine({
    ...config,
    models,
    recorder,
    counters,
    clock,
    ids: createIds(() => clock.now()),
    tracer,
    traceCounts: tracer && (() => readTraceCounts(dirname(config.planPath))),
  })
  const identity = {
    worker: config.worker,
    pid: env.pid,
    fingerprint: config.fingerprint,
    startedAt: clock.now(),
  }
  const control = createControl({
    engine,
    planPath: config.planPath,
    identity,
    modelCount: () => models.count,
    modelStates: models.states,
    reconnect: () => {
      for (const each of fronts) each.reconnect()
    },
    drain: () => drain(),
  })
  const plan = await readPlan(config.planPath)
  if (plan !== undefined) {
    const { failures } = await engine.apply(plan)
    for (const failure of failures) {
      if (config.mustLoad) throw inferenceErrors.inference_load_failed(failure)
      log.error('model not loaded', failure)
    }
  }
  const front = () =>
    createFront({
      ...config,
      core: engine,
      clock,
      protocols: env.protocols,
      grpc: env.grpc,
      limitBytes: config.maxBodyBytes,
      isDraining: () => draining,
    })
  const inner = front()
  fronts.push(inner)
  await listenOn(inner.server, config.inferenceSocket)
  if (config.sharesPort) {
    const shared = front()
    await listen(shared.server, { host: config.host, port: config.port, reusePort: true })
    fronts.push(shared)
  }
  await listenOn(control.server, config.commandSocket)
  log.info('worker ready', { worker: config.worker, planVersion: engine.planVersion })

  function drain(): void {
    if (draining) return
    draining = true
    void finish()
  }

  async function finish(): Promise<void> {
    const limit = setTimeout(() => {
      for (const each of fronts) each.cutOff()
    }, drainLimitMs)
    await Promise.all(fronts.map(({ server, sweep }) => closeGently(server, sweep)))
    await engine.idle()
    await tracer?.close()
    clearTimeout(limit)
    recorder.flush()
    recorder.close()
    counters.close()
    control.server.closeAllConnections()
    control.server.close()
    env.exit(0)
  }

  watchFolder(config.planPath, drain)
  return { drain }
}

function openTracer({ traceUrl, traceSample, planPath, worker }: WorkerConfig, clock: Clock): Tracer | undefined {
  if (traceUrl === undefined) return undefined
  const path = join(dirname(planPath), traceCountsFile(worker))
  return createTracer({
    url: traceUrl,
    samplePercent: traceSample ?? 100,
    headers: traceHeaders(),
    clock,
    // Counting must never end the worker: a full disk loses a count.
    onCounts: (counts) => void writeFile(path, JSON.stringify(counts)).catch(() => {}),
  })
}

/** A worker whose plan file is gone has lost its data folder: nobody will ever speak to it again. */
function watchFolder(planPath: string, onGone: () => void): void {
  const timer = setInterval(() => {
    stat(planPath).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return
      clearInterval(timer)
      onGone()
    })
  }, 2000)
  timer.unref()
}

async function listenOn(server: Server, socketPath: string): Promise<void> {
  rmSync(socketPath, { force: true })
  await listen(server, { path: socketPath })
}

function listen(server: Server, options: { path: string } | { host: string; port: number; reusePort: boolean }) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
