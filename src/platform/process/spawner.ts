/**
 * The spawner: a small process that starts children for the server, because spawning from the server itself would copy
 * its page tables and stall every request (decision 021). It talks over the IPC channel it was forked with, ends its
 * children when the server dies, and ends itself when nothing is left to do.
 */
import { ignoreStopSignals, parentChannel, signalGroup, systemClock } from '../runtime/index.ts'
import { residentByGroup } from './group-memory.ts'
import type { Report, Request } from './messages.ts'
import { type Supervised, supervise } from './supervise.ts'

const samplePeriodMs = 1_000
/** Early enough that a step of half a second has a number. */
const firstSampleMs = 150
const stopGraceMs = 2_000

const channel = parentChannel<Request, Report>()
const children = new Map<number, Supervised>()
/** Canceled before their start was answered. */
const canceled = new Set<number>()
let isStopping = false
let sampler: NodeJS.Timeout | undefined

ignoreStopSignals()
channel.onMessage((request) => {
  if (request.kind === 'start') void start(request.id, request.spec)
  else if (request.kind === 'stop') stop()
  else {
    const child = children.get(request.id)
    if (child === undefined) canceled.add(request.id)
    else child.end('canceled', request.graceMs)
  }
})
// The server is gone, and with it everybody who wants the result: no grace, so that nothing overlaps with its successor.
channel.onClosed(() => {
  for (const child of children.values()) if (!child.spec.outlive) signalGroup(child.pid, 'SIGKILL')
  channel.exit()
})

async function start(id: number, request: Supervised['spec']): Promise<void> {
  try {
    const child = await supervise(request, systemClock, (exit) => {
      children.delete(id)
      channel.send({ kind: 'exited', id, exit })
      if (children.size === 0) clearInterval(sampler)
      endWhenDone()
    })
    children.set(id, child)
    channel.send({ kind: 'started', id, pid: child.pid, startedAt: child.startedAt })
    if (isStopping || canceled.delete(id)) child.end('canceled', stopGraceMs)
    watchMemory()
  } catch (error) {
    channel.send({ kind: 'refused', id, problem: error instanceof Error ? error.message : String(error) })
  }
}

function watchMemory(): void {
  setTimeout(sample, firstSampleMs).unref()
  if (children.size === 1) {
    clearInterval(sampler)
    sampler = setInterval(sample, samplePeriodMs)
  }
}

function sample(): void {
  if (children.size === 0) return
  const resident = residentByGroup()
  for (const child of children.values()) child.sample(resident.get(child.pid) ?? 0)
}

function stop(): void {
  isStopping = true
  for (const child of children.values()) if (!child.spec.outlive) child.end('canceled', stopGraceMs)
  endWhenDone()
}

function endWhenDone(): void {
  const isBusy = [...children.values()].some((child) => !child.spec.outlive)
  if (isStopping && !isBusy) channel.exit()
}
