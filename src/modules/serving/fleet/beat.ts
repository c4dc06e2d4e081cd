import type { DataPlane } from '../../../platform/data-plane/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { ServingDb } from '../tables.ts'
import type { MemberIdentity } from './identity.ts'
import { deleteMember, type MemberLoad, type StoredMember, saveMember } from './store.ts'

/** Tells the fleet again and again that this server lives, what it serves and how busy it is. */
export interface Beat {
  start(): void
  /** Tells now: something changed that others wait for. */
  tell(): Promise<void>
  /** Takes this server off the list. */
  stop(): Promise<void>
}

export interface BeatEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly plane: DataPlane
  readonly identity: MemberIdentity
  readonly role: StoredMember['role']
  /** Not heard of for this long, it counts as gone; ms. */
  readonly leaseMs: number
  readonly progress: () => Promise<Pick<StoredMember, 'planVersion' | 'joinedAt' | 'failures' | 'pending'>>
}

/** Told so often within a lease, a few that fail do no harm. */
const beatsPerLease = 5

export function createBeat(env: BeatEnv): Beat {
  const { clock, log, version } = env.platform
  const startedAt = clock.now()
  const measure = createMeter(env)
  let timer: NodeJS.Timeout | undefined
  let isAway = false
  let current: Promise<void> | undefined
  let queued: Promise<void> | undefined

  async function write(): Promise<void> {
    const load = await measure()
    const progress = await env.progress()
    const seenAt = clock.now()
    const member = {
      ...env.identity,
      role: env.role,
      programVersion: version,
      ...progress,
      load,
      startedAt,
      seenAt,
      leaseUntil: seenAt + env.leaseMs,
    }
    await env.db.transaction((tx) => saveMember(tx.query, member))
  }

  /** A database that is away is told of once. */
  async function writeSafely(): Promise<void> {
    try {
      await write()
      isAway = false
    } catch (error) {
      if (!isAway) log.warn('the fleet does not hear of this server', { error })
      isAway = true
    }
  }

  /** One at a time, and never more than one that waits: it tells what is true when its turn comes. */
  function tell(): Promise<void> {
    if (current === undefined) {
      current = writeSafely().finally(() => {
        current = undefined
      })
      return current
    }
    queued ??= current.then(() => {
      queued = undefined
      return tell()
    })
    return queued
  }

  return {
    start: () => {
      void tell()
      timer = setInterval(() => void tell(), env.leaseMs / beatsPerLease)
    },
    tell,
    stop: async () => {
      clearInterval(timer)
      await (queued ?? current)
      await env.db.transaction((tx) => deleteMember(tx.query, env.identity.id)).catch(() => undefined)
    },
  }
}

/** What the workers do now; their requests since the time before as a rate. */
function createMeter({ plane, platform }: Pick<BeatEnv, 'plane' | 'platform'>): () => Promise<MemberLoad> {
  let before: { readonly count: number; readonly at: number } | undefined
  return async () => {
    const { requestCount, ...load } = await plane.load()
    const at = platform.clock.monotonic()
    const seconds = before === undefined ? 0 : (at - before.at) / 1000
    const rate = before === undefined || seconds <= 0 ? 0 : Math.max(0, requestCount - before.count) / seconds
    before = { count: requestCount, at }
    return { ...load, requestsPerSecond: Math.round(rate * 10) / 10 }
  }
}
