import { type ChildProcess as NodeChild, spawn } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signalGroup } from '../runtime/index.ts'
import type { Report, Request } from './messages.ts'
import { type ChildProcess, type ProcessExit, type Processes, type ProcessSpec, processErrors } from './processes.ts'

// `.ts` when the sources run as they are, `.js` in the published package.
const spawnerPath = fileURLToPath(new URL(`./spawner${extname(import.meta.filename)}`, import.meta.url))
/** Longer than the spawner's own grace for its children. */
const stopWaitMs = 6_000
const cancelGraceMs = 5_000
/** A spawner with nothing to do is ended after this long: it holds 55 MB, and a new one starts in 60 ms. */
const defaultIdleMs = 60_000

interface Started {
  readonly spec: ProcessSpec
  readonly resolve: (started: Extract<Report, { kind: 'started' }>) => void
  readonly reject: (error: Error) => void
  readonly exit: PromiseWithResolvers<ProcessExit>
  pid: number | undefined
}

interface Spawner {
  readonly process: NodeChild
  readonly started: Map<number, Started>
  readonly gone: Promise<void>
}

export function createProcesses(options: { readonly idleMs?: number } = {}): Processes {
  let spawner: Spawner | undefined
  let lastId = 0
  let idleTimer: NodeJS.Timeout | undefined

  function running(): Spawner {
    if (spawner !== undefined) return spawner
    const made = forkSpawner(() => {
      if (spawner === made) spawner = undefined
    })
    spawner = made
    return made
  }

  function endWhenIdle(): void {
    clearTimeout(idleTimer)
    if (spawner === undefined || spawner.started.size > 0) return
    idleTimer = setTimeout(() => {
      if (spawner === undefined || spawner.started.size > 0) return
      tell(spawner.process, { kind: 'stop' })
      // Whoever starts a child from now on gets a new one.
      spawner = undefined
    }, options.idleMs ?? defaultIdleMs).unref()
  }

  return {
    start: async (spec, signal) => {
      signal?.throwIfAborted()
      const host = running()
      lastId += 1
      clearTimeout(idleTimer)
      try {
        const child = await startIn(host, { id: lastId, spec, signal })
        child.exited.then(endWhenIdle, endWhenIdle)
        return child
      } finally {
        endWhenIdle()
      }
    },
    stop: async () => {
      clearTimeout(idleTimer)
      if (spawner === undefined) return
      const { process: host, gone } = spawner
      host.ref()
      tell(host, { kind: 'stop' })
      const timer = setTimeout(() => host.kill('SIGKILL'), stopWaitMs)
      await gone
      clearTimeout(timer)
    },
  }
}

async function startIn(
  spawner: Spawner,
  request: { id: number; spec: ProcessSpec; signal: AbortSignal | undefined },
): Promise<ChildProcess> {
  const { id, spec, signal } = request
  const exit = Promise.withResolvers<ProcessExit>()
  // Whoever started the child may not look at its end.
  exit.promise.catch(() => {})
  const answer = new Promise<Extract<Report, { kind: 'started' }>>((resolve, reject) => {
    spawner.started.set(id, { spec, resolve, reject, exit, pid: undefined })
  })
  // The channel holds this process open only while a child is running.
  spawner.process.channel?.ref()
  tell(spawner.process, { kind: 'start', id, spec })
  const cancel = (graceMs = cancelGraceMs) => tell(spawner.process, { kind: 'cancel', id, graceMs })
  const onAbort = () => cancel()
  signal?.addEventListener('abort', onAbort, { once: true })
  const ended = () => signal?.removeEventListener('abort', onAbort)
  answer.catch(ended)
  exit.promise.then(ended, ended)
  const { pid, startedAt } = await answer
  return { pid, startedAt, exited: exit.promise, cancel }
}

function forkSpawner(onGone: () => void): Spawner {
  const host = spawn(process.execPath, [spawnerPath], {
    // Its own group: an interrupt typed at the server's terminal is the server's to handle.
    detached: true,
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const started = new Map<number, Started>()
  host.unref()
  host.channel?.unref()
  host.on('error', () => {})
  host.on('message', (report: Report) => handle(host, started, report))
  const gone = new Promise<void>((resolve) => {
    host.once('close', () => {
      onGone()
      abandon(started)
      resolve()
    })
  })
  return { process: host, started, gone }
}

function handle(host: NodeChild, started: Map<number, Started>, report: Report): void {
  const child = started.get(report.id)
  if (child === undefined) return
  if (report.kind === 'started') {
    child.pid = report.pid
    child.resolve(report)
    return
  }
  started.delete(report.id)
  if (started.size === 0) host.channel?.unref()
  if (report.kind === 'exited') child.exit.resolve(report.exit)
  else child.reject(processErrors.process_not_started({ command: child.spec.command, problem: report.problem }))
}

/** The spawner died: its children have lost their supervisor and their log, so they are ended from here. */
function abandon(started: Map<number, Started>): void {
  for (const child of started.values()) {
    if (child.pid !== undefined && !child.spec.outlive) signalGroup(child.pid, 'SIGKILL')
    const error = processErrors.process_lost({ command: child.spec.command })
    child.reject(error)
    child.exit.reject(error)
  }
  started.clear()
}

function tell(host: NodeChild, request: Request): void {
  // A spawner that has just died is noticed by its close event.
  if (host.connected) host.send(request, () => {})
}
