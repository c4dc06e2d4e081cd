import { type ChildProcess as NodeChild, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { type Clock, signalGroup } from '../runtime/index.ts'
import { type LimitedLog, openLimitedLog } from './limited-log.ts'
import type { ProcessExit, ProcessSpec } from './processes.ts'

const killAfterMs = 5_000
/** How long output is waited for that a runaway descendant, out of its group, still holds open. */
const drainMs = 2_000

export interface Supervised {
  readonly spec: ProcessSpec
  readonly pid: number
  readonly startedAt: number
  /** TERM to the group, KILL when it is still there after the grace. */
  end(reason: NonNullable<ProcessExit['reason']>, graceMs?: number): void
  /** Called with the resident memory of the group. */
  sample(residentBytes: number): void
}

/** Starts one child as the leader of its own group and stays with it to the end. Rejects with the system's reason. */
export async function supervise(
  spec: ProcessSpec,
  clock: Clock,
  onExit: (exit: ProcessExit) => void,
): Promise<Supervised> {
  if (!existsSync(spec.cwd)) throw new Error(`the folder ${spec.cwd} does not exist`)
  const { child, log } = spawnLogged(spec)
  const startedAt = clock.now()
  const start = clock.monotonic()
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error: NodeJS.ErrnoException) => reject(new Error(problemOf(error))))
  }).catch((error) => {
    log?.close()
    throw error
  })
  const pid = child.pid ?? 0
  let reason: ProcessExit['reason']
  let peakMemoryBytes: number | undefined
  const timers: NodeJS.Timeout[] = []

  const end: Supervised['end'] = (why, graceMs = killAfterMs) => {
    if (reason !== undefined) return
    reason = why
    if (graceMs > 0) signalGroup(pid, 'SIGTERM')
    timers.push(setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs))
  }
  if (spec.timeoutMs !== undefined) timers.push(setTimeout(() => end('timeout'), spec.timeoutMs))
  child.on('error', () => {})
  void exitOf(child, spec, pid).then((ended) => {
    for (const timer of timers) clearTimeout(timer)
    const droppedLogBytes = log?.close() ?? 0
    onExit({
      ...ended,
      ...(reason === undefined ? {} : { reason }),
      durationMs: Math.round(clock.monotonic() - start),
      ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
      ...(droppedLogBytes === 0 ? {} : { droppedLogBytes }),
    })
  })
  return {
    spec,
    pid,
    startedAt,
    end,
    sample: (residentBytes) => {
      peakMemoryBytes = Math.max(peakMemoryBytes ?? 0, residentBytes)
      if (spec.memoryLimitBytes !== undefined && residentBytes > spec.memoryLimitBytes) end('memory', 0)
    },
  }
}

/** Resolves when the leader has ended, what is left of its group is killed, and the output is read to its end. */
async function exitOf(
  child: NodeChild,
  spec: ProcessSpec,
  pid: number,
): Promise<{ code: number | null; signal: string | null }> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  if (!spec.outlive) signalGroup(pid, 'SIGKILL')
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs)
  })
  await Promise.race([closed, patience])
  clearTimeout(timer)
  child.stdout?.destroy()
  child.stderr?.destroy()
  return ended
}

/** Some failures arrive as an event, others are thrown at once: both end up as one kind of message. */
function spawnLogged(spec: ProcessSpec): Spawned {
  try {
    return spec.outlive ? spawnWithFile(spec) : spawnWithPipes(spec)
  } catch (error) {
    throw new Error(problemOf(error as NodeJS.ErrnoException))
  }
}

interface Spawned {
  readonly child: NodeChild
  readonly log: LimitedLog | undefined
}

function spawnWithPipes(spec: ProcessSpec): Spawned {
  const log = openLimitedLog(spec.logPath, spec.logLimitBytes)
  const { command, args, cwd, env } = spec
  try {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', log.write)
    child.stderr.on('data', log.write)
    return { child, log }
  } catch (error) {
    log.close()
    throw error
  }
}

/** A child that outlives us writes to the file itself: a pipe would break with us. */
function spawnWithFile(spec: ProcessSpec): Spawned {
  const file = openSync(spec.logPath, 'a')
  const { command, args, cwd, env } = spec
  try {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', file, file] })
    child.unref()
    return { child, log: undefined }
  } finally {
    closeSync(file)
  }
}

function problemOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such command on its PATH'
  if (error.code === 'EACCES') return 'it is not executable'
  if (error.code === 'E2BIG') return 'its arguments and variables are too long'
  return error.message
}
