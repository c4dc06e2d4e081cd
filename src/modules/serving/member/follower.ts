import { backoffMs, sleep } from '../../../kernel/retry.ts'
import type { DataPlane } from '../../../platform/data-plane/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { FoundSource } from '../../servables/index.ts'
import { findPlanVersion, findPublishedPlan, type StoredMember } from '../fleet/store.ts'
import type { ServingDb } from '../tables.ts'
import { createTakenPlan } from './taken-plan.ts'

/**
 * Keeps the workers of this host at the published plan. What cannot be loaded stays as it was and is tried again; while the
 * database is away the workers go on with what they have.
 */
export interface Follower {
  /**
   * Begins to follow; resolves after the first attempt, when what can be served is served: without the database, the plan
   * of the time before.
   */
  start(): Promise<void>
  progress(): Pick<StoredMember, 'planVersion' | 'joinedAt' | 'failures' | 'pending'>
  stop(): Promise<void>
}

export interface FollowerEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly findSource: (digest: string) => Promise<FoundSource>
  readonly plane: DataPlane
  /** It serves another plan, or something of it less or more than before. */
  readonly onProgress: () => void
}

const pollMs = 500
const again = { firstDelayMs: 2000, maxDelayMs: 60_000 }

export function createFollower(env: FollowerEnv): Follower {
  const { clock, log } = env.platform
  const stopping = new AbortController()
  const taken = createTakenPlan({ ...env, onTaken: () => env.onProgress() })
  /** Heard of; `pending` says what of it is not taken yet. */
  let planVersion: number | undefined
  let joinedAt: number | null = null
  let attempts = 0
  let retryAt = 0
  let isAway = false
  let running: Promise<void> = Promise.resolve()

  /** Answers what it begins: it goes on while newer plans are heard of. */
  async function look(): Promise<{ readonly taking: Promise<void> }> {
    const isNew = (await findPlanVersion(env.db.read)) !== planVersion
    if (isNew) {
      const { version, draft } = await findPublishedPlan(env.db.read)
      const taking = taken.take(draft)
      planVersion = version
      attempts = 1
      return { taking: taking.then(noteFailures) }
    }
    const isDue = taken.failures().length > 0 && taken.pending().length === 0 && clock.now() >= retryAt
    if (!isDue) return { taking: Promise.resolve() }
    attempts += 1
    return { taking: taken.retry().then(noteFailures) }
  }

  function noteFailures(): void {
    retryAt = clock.now() + backoffMs(again, attempts)
    if (!stopping.signal.aborted)
      for (const failure of taken.failures()) log.warn('deployment not loaded', { ...failure })
  }

  async function lookSafely(): Promise<{ readonly taking: Promise<void> }> {
    try {
      const begun = await look()
      isAway = false
      return begun
    } catch (error) {
      if (!isAway && !stopping.signal.aborted) log.warn('the published plan cannot be followed', { error })
      isAway = true
      return { taking: Promise.resolve() }
    }
  }

  /** The first plan of this process is taken. */
  function join(): void {
    if (joinedAt !== null || planVersion === undefined || stopping.signal.aborted) return
    joinedAt = clock.now()
    env.onProgress()
  }

  async function lookAndTake(): Promise<void> {
    const { taking } = await lookSafely()
    await taking.catch((error) => log.error('the published plan was not taken', { error }))
    join()
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(pollMs, stopping.signal).catch(() => {})
      if (stopping.signal.aborted) return
      const { taking } = await lookSafely()
      void taking.then(join, (error) => log.error('the published plan was not taken', { error }))
    }
  }

  return {
    start: async () => {
      await lookAndTake()
      if (isAway) await resume(env)
      running = follow()
    },
    progress: () => ({
      planVersion: planVersion ?? 0,
      joinedAt,
      failures: taken.failures(),
      pending: taken.pending(),
    }),
    stop: async () => {
      stopping.abort()
      taken.stop()
      await running
    },
  }
}

async function resume({ plane, platform }: FollowerEnv): Promise<void> {
  const plan = await plane.plan()
  if (plan === undefined) return
  await plane.apply(plan).catch((error) => platform.log.error('the plan of before is not served', { error }))
}
