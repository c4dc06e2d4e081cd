import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { retry } from '../../kernel/retry.ts'
import type { AccessRules } from '../auth/index.ts'
import { emptyPlan, type Plan, readPlan, readTotals, writePlan } from '../inference/index.ts'
import type { PublicPort } from '../platform.ts'
import type { Processes } from '../process/index.ts'
import { type Clock, type Log, remoteEnvironment } from '../runtime/index.ts'
import { command } from './command.ts'
import type { WorkerStatus } from './worker/control.ts'
import type { ApplyOutcome } from './worker/engine.ts'
import type { ModelState, ModelStates } from './worker/models.ts'
import type { WorkerConfig } from './worker/worker.ts'
import { workerSockets } from './worker-process.ts'
import { createWorkerScaler } from './worker-scaler.ts'
import { createWorkerSlot, type WorkerSlot } from './worker-slot.ts'

/**
 * The data plane as the control plane holds it: a plan file, worker processes that follow it, as many as the load asks for, and the public port that
 * changes hands. Workers outlive this process; `start` finds them again. A worker that dies is started anew.
 */
export interface DataPlane {
  /**
   * Takes over workers that still run; those missing for the written plan start in the background once the public port is
   * open. Call before it opens.
   */
  start(): Promise<void>
  /**
   * Writes the plan and resolves when every worker has taken it; what one of them cannot load is in the outcome. Throws
   * when a worker stays away: the plan is written then, and a worker that comes up follows it.
   */
  apply(plan: Plan, faults?: ApplyFaults): Promise<ApplyOutcome>
  /** Writes the plan; workers hear of it when somebody asks them to follow it. One call at a time. */
  write(plan: Plan): Promise<void>
  /**
   * Resolves when every worker serves the deployments that `until` names as the newest plan says, whatever else it loads
   * for it, or knows that it cannot. Calls may overlap. Throws when a worker stays away.
   */
  follow(until: readonly string[]): Promise<ApplyOutcome>
  /** The plan on disk. */
  plan(): Promise<Plan | undefined>
  /** Unix socket of a running worker, for passing inference on; undefined when none runs. */
  inferenceSocket(): string | undefined
  status(): Promise<WorkerStatus[]>
  load(): Promise<PlaneLoad>
  /** What any worker says of a model that is not simply loaded, by digest; nothing of a worker that does not answer. */
  modelStates(): Promise<ModelStates>
  /** Workers finish what is in hand and end; the control plane has the port again. */
  stop(): Promise<void>
  /** Where the workers put what they recorded. */
  readonly logFolder: string
}

/** How busy the workers are. */
export interface PlaneLoad {
  readonly workers: number
  /** Resident, of all workers. */
  readonly memoryBytes: number
  /** Inference requests answered or refused, since the data directory was made. */
  readonly requestCount: number
  readonly pendingCount: number
}

/** Called between the steps of an apply; the places where a fault test kills the process. */
export interface ApplyFaults {
  readonly written: () => void
  readonly applied: () => void
}

export interface DataPlaneOptions {
  readonly workers: number
  /** More than `workers`: so many while those are busy. */
  readonly maxWorkers?: number | undefined
  /** How often it is looked at how busy they are; default a second. */
  readonly scaleEveryMs?: number
  /** For the plan, worker configuration, output and prediction log. */
  readonly folder: string
  readonly controlSocket: string
  readonly access: AccessRules
  readonly port: PublicPort
  readonly processes: Processes
  readonly clock: Clock
  readonly log: Log
  readonly limits: Pick<
    WorkerConfig,
    'maxBatchRows' | 'maxPending' | 'maxBodyBytes' | 'logLimitBytes' | 'traceUrl' | 'traceSample'
  >
  /** The prediction log grew. */
  readonly onLog: () => void
}

/** Loading large models takes its time; a worker that needs longer than this counts as failed. */
const applyLimitMs = 120_000
const applyAttempts = 4
/** A worker that loads a model answers late; a page must not wait for it. */
const statesLimitMs = 500

export function createDataPlane(options: DataPlaneOptions): DataPlane {
  const planPath = join(options.folder, 'plan.json')
  const logFolder = join(options.folder, 'predictions')
  const bounds = { min: options.workers, max: mostWorkers(options) }
  const slotOf = (worker: number) =>
    createWorkerSlot({
      ...options,
      config: workerConfig(options, worker, { planPath, logFolder }),
      onChange: movePort,
    })
  const slots = Array.from({ length: bounds.max }, (_, worker) => slotOf(worker))
  let isStopping = false
  const scaler = createWorkerScaler({
    slots,
    bounds,
    everyMs: options.scaleEveryMs ?? 1000,
    log: options.log,
    countPending: async () => (await readTotals(options.folder)).pendingCount,
    bringUp,
  })

  /** Workers have the port while at least one is up. */
  function movePort(): void {
    if (isStopping || !options.port.isShareable) return
    const { port, log } = options
    const moved = slots.some((slot) => slot.isUp) ? port.release() : port.acquire()
    moved.catch((error) => log.error('the public port did not change hands', { error }))
  }

  /** A worker that dies on the way is started again, with the plan; only one that stays away is an error. */
  function bringUp(slot: WorkerSlot, query = ''): Promise<ApplyOutcome> {
    const policy = { attempts: applyAttempts, firstDelayMs: 100, maxDelayMs: 2000, shouldRetry: () => !isStopping }
    return retry(policy, async () => {
      await slot.ensureUp()
      return command<ApplyOutcome>(slot.sockets.command, `POST /plan${query}`, applyLimitMs)
    })
  }

  /** One that load no longer asks for need not follow. */
  async function tell(slot: WorkerSlot, query: string): Promise<ApplyOutcome['failures']> {
    const isWanted = () => scaler.slots().includes(slot)
    try {
      return isWanted() ? (await bringUp(slot, query)).failures : []
    } catch (error) {
      if (isWanted()) throw error
      return []
    }
  }

  /** Asked once for all who ask at the same time. */
  let states: Promise<ModelStates> | undefined

  async function askStates(): Promise<ModelStates> {
    const known = await askStatus(statesLimitMs)
    return joinStates(known.map(({ modelStates }) => modelStates))
  }

  /** Of those that answer in time: one that is just ending, or busy loading, is left out. */
  async function askStatus(limitMs: number): Promise<WorkerStatus[]> {
    const up = slots.filter((slot) => slot.isUp)
    const asked = up.map((slot) => command<WorkerStatus>(slot.sockets.command, 'GET /status', limitMs))
    return (await Promise.allSettled(asked)).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  }

  async function write(plan: Plan): Promise<void> {
    await mkdir(logFolder, { recursive: true })
    await writePlan(planPath, plan)
  }

  async function follow(query: string): Promise<ApplyOutcome> {
    const plan = (await readPlan(planPath)) ?? emptyPlan
    const { version } = plan
    if (!needsWorkers(plan) && !slots.some((slot) => slot.isUp)) return { version, failures: [] }
    const failures = await Promise.all(scaler.slots().map((slot) => tell(slot, query)))
    return { version, failures: failures.flat() }
  }

  async function status(): Promise<WorkerStatus[]> {
    const up = slots.filter((slot) => slot.isUp)
    return Promise.all(up.map((slot) => command<WorkerStatus>(slot.sockets.command, 'GET /status', 5000)))
  }

  return {
    logFolder,
    start: async () => {
      await mkdir(logFolder, { recursive: true })
      const plan = await readPlan(planPath)
      const isWanted = plan !== undefined && needsWorkers(plan)
      await Promise.all(slots.map((slot) => slot.adopt(isWanted)))
      // There were more before, and nobody would tell them of a plan.
      for (let worker = bounds.max; existsSync(workerSockets(options.controlSocket, worker).command); worker++)
        await slotOf(worker).adopt(false)
      scaler.start()
      // In the background: a server with large models is ready for everything else long before they are loaded.
      if (isWanted) void options.port.opened.then(() => scaler.slots().forEach((slot) => void slot.keepUp()))
    },
    apply: async (plan, faults) => {
      await write(plan)
      faults?.written()
      const outcome = await follow('')
      faults?.applied()
      return outcome
    },
    write,
    follow: (until) => follow(`?${new URLSearchParams([...until, ''].map((name) => ['until', name]))}`),
    plan: () => readPlan(planPath),
    inferenceSocket: () => slots.find((slot) => slot.isUp)?.sockets.inference,
    status,
    load: async () => {
      const known = await askStatus(statesLimitMs)
      const memoryBytes = known.reduce((sum, worker) => sum + worker.memoryBytes, 0)
      return { workers: known.length, memoryBytes, ...(await readTotals(options.folder)) }
    },
    modelStates: () => {
      states ??= askStates().finally(() => {
        states = undefined
      })
      return states
    },
    stop: async () => {
      isStopping = true
      await scaler.stop()
      await Promise.all(slots.map((slot) => slot.drain()))
    },
  }
}

/** Away when one worker says so, unloaded when all do. */
function joinStates(states: readonly ModelStates[]): ModelStates {
  const joined: Record<string, ModelState> = {}
  for (const [digest, state] of states.flatMap((each) => Object.entries(each))) {
    const isSo = state.state === 'away' || states.every((each) => each[digest]?.state === 'unloaded')
    if (isSo && joined[digest]?.state !== 'away') joined[digest] = state
  }
  return joined
}

function mostWorkers({ workers, maxWorkers = workers }: DataPlaneOptions): number {
  return Math.max(workers, maxWorkers)
}

/** A deployment that still waits for its first version can be answered for without a worker. */
function needsWorkers(plan: Plan): boolean {
  return plan.deployments.some((deployment) => deployment.variants.length > 0)
}

function workerConfig(
  options: DataPlaneOptions,
  worker: number,
  paths: { planPath: string; logFolder: string },
): WorkerConfig {
  const sockets = workerSockets(options.controlSocket, worker)
  const settings = {
    worker,
    host: options.port.host,
    port: options.port.port,
    sharesPort: options.port.isShareable,
    ...paths,
    controlSocket: options.controlSocket,
    access: options.access,
    commandSocket: sockets.command,
    inferenceSocket: sockets.inference,
    ...options.limits,
    logLimitBytes: Math.floor(options.limits.logLimitBytes / mostWorkers(options)),
  }
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([settings, process.version, remoteEnvironment()]))
    .digest('hex')
    .slice(0, 16)
  return { ...settings, fingerprint }
}
