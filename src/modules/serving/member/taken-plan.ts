import { isDeepStrictEqual } from 'node:util'
import { createSerial } from '../../../kernel/serial.ts'
import type { DataPlane } from '../../../platform/data-plane/index.ts'
import type { PlanDeployment } from '../../../platform/inference/index.ts'
import type { FoundSource } from '../../servables/index.ts'
import { realizeDeployment } from '../deployments/realize.ts'
import type { DraftDeployment, PlanDraft } from '../draft.ts'
import type { PlanFailure } from '../fleet/store.ts'

/**
 * The published plan as this host serves it, each deployment by itself: what is loaded switches at once, whatever
 * else is being fetched, built or loaded. What cannot be had stays as it was.
 */
export interface TakenPlan {
  /** Resolves when every deployment of the draft, or of a newer one, is served or known not to load. Calls may overlap. */
  take(draft: PlanDraft): Promise<void>
  /** Tries again what could not be loaded. */
  retry(): Promise<void>
  /** Deployments that are not as the newest draft says yet, and not known not to load. */
  pending(): readonly string[]
  failures(): readonly PlanFailure[]
  /** Nothing is written or told from here on. */
  stop(): void
}

export interface TakenPlanEnv {
  readonly plane: DataPlane
  readonly findSource: (digest: string) => Promise<FoundSource>
  /** A deployment is served as the draft says, or known not to load. */
  readonly onTaken: () => void
}

export function createTakenPlan({ plane, findSource, onTaken }: TakenPlanEnv): TakenPlan {
  const drafts = new Map<string, DraftDeployment>()
  /** As the workers have it, or had it before this process began. */
  const realized = new Map<string, PlanDeployment>()
  /** Those that the workers were seen to serve as they are realized. */
  const served = new Set<string>()
  const pending = new Map<string, DraftDeployment>()
  const problems = new Map<string, string>()
  const writeTurn = createSerial()
  let beginning: Promise<void> | undefined
  let writing: Promise<void> | undefined
  let isStopped = false

  const begin = () => {
    beginning ??= plane.plan().then((plan) => {
      for (const deployment of plan?.deployments ?? []) realized.set(deployment.name, deployment)
    })
    return beginning
  }

  /** Once for all who ask before it begins. */
  function write(): Promise<void> {
    writing ??= writeTurn(async () => {
      await begin()
      writing = undefined
      if (isStopped) return
      const deployments = [...drafts.values()].map((draft) => realized.get(draft.name) ?? waiting(draft))
      await plane.write({ version: ((await plane.plan())?.version ?? 0) + 1, deployments })
    })
    return writing
  }

  /** Answers why it could not be loaded. What is overtaken by a newer draft is left to that. */
  async function bringIn(draft: DraftDeployment): Promise<string | undefined> {
    const { name } = draft
    const isOvertaken = () => isStopped || drafts.get(name) !== draft
    await begin()
    const next = await realizeDeployment(findSource, draft)
    if (isOvertaken() || (served.has(name) && isDeepStrictEqual(next, realized.get(name)))) return undefined
    served.delete(name)
    realized.set(name, next)
    await write()
    const { failures } = await plane.follow([name]).catch((error) => {
      throw new Error(`no worker takes it: ${error.message}`)
    })
    const problem = failures.find(({ deployment }) => deployment === name)?.problem
    if (problem === undefined && !isOvertaken()) served.add(name)
    return problem
  }

  async function takeOne(draft: DraftDeployment): Promise<void> {
    const { name } = draft
    pending.set(name, draft)
    const problem = await bringIn(draft).catch((error: Error) => error.message)
    if (isStopped || pending.get(name) !== draft) return
    pending.delete(name)
    if (problem === undefined) problems.delete(name)
    else problems.set(name, problem)
    onTaken()
  }

  /** What is not declared any more is let go. */
  function declare({ deployments }: PlanDraft): void {
    const names = new Set(deployments.map(({ name }) => name))
    drafts.clear()
    for (const draft of deployments) drafts.set(draft.name, draft)
    for (const known of [realized, served, pending, problems])
      for (const name of known.keys()) if (!names.has(name)) known.delete(name)
  }

  return {
    take: async (draft) => {
      declare(draft)
      const taking = draft.deployments.map(takeOne)
      await write()
      await Promise.all([plane.follow([]).catch(() => undefined), ...taking])
    },
    retry: async () => {
      await Promise.all([...drafts.values()].filter(({ name }) => problems.has(name)).map(takeOne))
    },
    pending: () => [...pending.keys()],
    failures: () => [...problems].map(([deployment, problem]) => ({ deployment, problem })),
    stop: () => {
      isStopped = true
    },
  }
}

/** What was never served here is announced, and answered with "not ready". */
function waiting(deployment: DraftDeployment): PlanDeployment {
  return { ...deployment, variants: [], standby: [] }
}
