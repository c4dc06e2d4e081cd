import type { Log } from '../runtime/index.ts'
import { command } from './command.ts'
import { createScaling, type LoadSample, type ScaleBounds } from './scaling.ts'
import type { WorkerStatus } from './worker/control.ts'
import type { WorkerSlot } from './worker-slot.ts'

/** Starts and ends workers by load: the first slots are filled, those above wait empty. */
export interface WorkerScaler {
  /** Slots that shall have a worker. */
  slots(): readonly WorkerSlot[]
  /** Takes note of workers that run from before, and begins to watch. */
  start(): void
  stop(): Promise<void>
}

export interface WorkerScalerEnv {
  readonly slots: readonly WorkerSlot[]
  readonly bounds: ScaleBounds
  readonly everyMs: number
  readonly log: Log
  /** Requests waiting or running in all workers. */
  readonly countPending: () => Promise<number>
  /** Brings a worker up with the newest plan. */
  readonly bringUp: (slot: WorkerSlot) => Promise<unknown>
}

export function createWorkerScaler(env: WorkerScalerEnv): WorkerScaler {
  const { slots, bounds, log } = env
  const decide = createScaling(bounds)
  const measure = createMeter()
  let wanted = bounds.min
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const up = slots.slice(0, wanted)
    // None before the first deployment; one that starts, or starts again, is waited for.
    if (!up.every((slot) => slot.isUp)) return
    const next = decide({ workers: wanted, busy: await measure(up), pending: await env.countPending() })
    if (next !== wanted) await scaleTo(next)
  }

  async function scaleTo(next: number): Promise<void> {
    const [slot] = slots.slice(Math.min(wanted, next))
    if (slot === undefined) return
    if (next > wanted) {
      await env.bringUp(slot)
      const others = slots.slice(0, wanted)
      // From here on it is told of every plan, whatever becomes of the rest; and of one that was written as it came up.
      wanted = next
      await env.bringUp(slot)
      // The system spreads connections when they are made: those that exist are made anew.
      await Promise.all(others.map((each) => command(each.sockets.command, 'POST /reconnect', 5000)))
    } else {
      wanted = next
      await slot.rest()
    }
    log.info('workers scaled by load', { to: next })
  }

  return {
    slots: () => slots.slice(0, wanted),
    start: () => {
      wanted = Math.max(bounds.min, slots.findLastIndex((slot) => slot.isUp) + 1)
      if (bounds.max === bounds.min) return
      timer = setInterval(() => {
        looking ??= look()
          .catch((error) => log.warn('workers not scaled', { error }))
          .finally(() => {
            looking = undefined
          })
      }, env.everyMs)
      timer.unref()
    },
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

type Busy = Pick<WorkerStatus, 'pid' | 'activeMs' | 'idleMs'>

/** A worker whose thread does not come to answer within this time is busy. */
const answerMs = 1000

/** The mean share of busy time since the call before. */
function createMeter(): (slots: readonly WorkerSlot[]) => Promise<LoadSample['busy']> {
  const before = new Map<number, Busy>()
  const busyOf = async (slot: WorkerSlot): Promise<number> => {
    const now = await command<Busy>(slot.sockets.command, 'GET /status', answerMs).catch(() => undefined)
    if (now === undefined) return 1
    const last = before.get(now.pid)
    before.set(now.pid, now)
    if (last === undefined) return 0
    const activeMs = now.activeMs - last.activeMs
    return activeMs / Math.max(1, activeMs + now.idleMs - last.idleMs)
  }
  return async (slots) => {
    const shares = await Promise.all(slots.map(busyOf))
    return shares.reduce((sum, share) => sum + share, 0) / shares.length
  }
}
