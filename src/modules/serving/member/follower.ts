import { backoffMs, sleep } from '../../../kernel/retry.ts'
import type { ApplyOutcome, DataPlane } from '../../../platform/data-plane/index.ts'
import type { PlanDeployment } from '../../../platform/inference/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { FoundSource } from '../../servables/index.ts'
import { realizeDeployment } from '../deployments/realize.ts'
import type { DraftDeployment } from '../draft.ts'
import { findPlanVersion, findPublishedPlan, type PlanFailure, type StoredMember } from '../fleet/store.ts'
import type { ServingDb } from '../tables.ts'

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
  progress(): Pick<StoredMember, 'planVersion' | 'joinedAt' | 'failures'>
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
  let progress: ReturnType<Follower['progress']> = { planVersion: 0, joinedAt: null, failures: [] }
  let attempts = 0
  let retryAt = 0
  let isAway = false
  let running: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const version = await findPlanVersion(env.db.read)
    const isCurrent = progress.joinedAt !== null && progress.planVersion === version
    const isDue = progress.failures.length > 0 && clock.now() >= retryAt
    if (isCurrent && !isDue) return
    attempts = isCurrent ? attempts + 1 : 1
    const outcome = await takePlan(env)
    for (const failure of outcome.failures) log.warn('deployment not loaded', { ...failure })
    retryAt = clock.now() + backoffMs(again, attempts)
    progress = { planVersion: outcome.version, joinedAt: progress.joinedAt ?? clock.now(), failures: outcome.failures }
    env.onProgress()
  }

  async function lookSafely(): Promise<void> {
    try {
      await look()
      isAway = false
    } catch (error) {
      if (!isAway && !stopping.signal.aborted) log.warn('the published plan cannot be followed', { error })
      isAway = true
    }
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(pollMs, stopping.signal).catch(() => {})
      if (!stopping.signal.aborted) await lookSafely()
    }
  }

  return {
    start: async () => {
      await lookSafely()
      if (isAway) await resume(env)
      running = follow()
    },
    progress: () => progress,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

async function resume({ plane, platform }: FollowerEnv): Promise<void> {
  const plan = await plane.plan()
  if (plan === undefined) return
  await plane.apply(plan).catch((error) => platform.log.error('the plan of before is not served', { error }))
}

/** The newest plan, as far as this host can serve it. Throws when the database is away. */
async function takePlan(env: FollowerEnv): Promise<ApplyOutcome> {
  const { version, draft } = await findPublishedPlan(env.db.read)
  const before = (await env.plane.plan())?.deployments ?? []
  const failures: PlanFailure[] = []
  const deployments = await Promise.all(
    draft.deployments.map(async (deployment) => {
      try {
        return await realizeDeployment(env.findSource, deployment)
      } catch (error) {
        failures.push({ deployment: deployment.name, problem: error instanceof Error ? error.message : String(error) })
        return before.find(({ name }) => name === deployment.name) ?? waiting(deployment)
      }
    }),
  )
  const outcome = await env.plane.apply({ version, deployments }).catch((error) => ({
    failures: draft.deployments.map(({ name }) => ({
      deployment: name,
      problem: `no worker takes it: ${error.message}`,
    })),
  }))
  return { version, failures: onePerDeployment([...failures, ...outcome.failures]) }
}

/** What was never served here is announced, and answered with "not ready". */
function waiting(deployment: DraftDeployment): PlanDeployment {
  return { ...deployment, variants: [], standby: [] }
}

/** Every worker tells what it could not load. */
function onePerDeployment(failures: readonly PlanFailure[]): PlanFailure[] {
  return [...new Map(failures.map((failure) => [failure.deployment, failure])).values()]
}
