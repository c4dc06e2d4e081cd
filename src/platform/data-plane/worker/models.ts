import { idleLimits, modelsOf, type Plan, type PlanVariant } from '../../inference/index.ts'
import {
  createResting,
  type ModelSession,
  openSession,
  type RestingSession,
  type SessionEnv,
  shareSessions,
  warmUp,
} from '../../runtimes/index.ts'

/** Models in memory, one session per content digest however many deployments use it. */
export interface LoadedModel {
  readonly digest: string
  readonly inputs: ModelSession['inputs']
  readonly outputs: ModelSession['outputs']
  readonly batchable: boolean
  readonly lanes: number
  /** Why it cannot answer now, though it is loaded. */
  trouble(): string | undefined
  /** Released while nobody asks for it; the next run loads it. */
  isResting(): boolean
  run: ModelSession['run']
}

export interface Models {
  /** Loads and warms what the plan names; answers what could not be loaded, by digest. */
  load(plan: Plan): Promise<ReadonlyMap<string, string>>
  get(digest: string): LoadedModel | undefined
  /** Releases what `keep` does not name. Call once nothing runs on them. */
  releaseOthers(keep: ReadonlySet<string>): Promise<void>
  readonly count: number
  /** What is to be said of models, by digest. */
  states(): ModelStates
}

/** Of a model that is not simply loaded and able to answer. */
export type ModelState =
  | { readonly state: 'away'; readonly problem: string }
  /** Released while nobody asks for it. */
  | { readonly state: 'unloaded' }
export type ModelStates = Readonly<Record<string, ModelState>>

/** Most of the time of a model with processes of its own is theirs; the others need not stand behind it. */
const loadsAtOnce = 4

export function createModels(given: SessionEnv): Models {
  const open = shareSessions(openSession)
  const env = { ...given, open }
  const loaded = new Map<string, LoadedModel & { readonly resting: RestingSession; readonly canRest: boolean }>()

  async function loadOne(variant: PlanVariant): Promise<void> {
    const session = await open(variant, env)
    const { batchable } = await warmUp(session)
    const resting = createResting(session, () => open(variant, env))
    loaded.set(variant.digest, {
      digest: variant.digest,
      inputs: session.inputs,
      outputs: session.outputs,
      batchable,
      lanes: session.lanes,
      trouble: () => session.trouble?.(),
      isResting: () => resting.isResting,
      run: resting.run,
      resting,
      // A connection to another server holds no memory worth the name.
      canRest: session.trouble === undefined,
    })
  }

  return {
    load: async (plan) => {
      const problems = new Map<string, string>()
      const missing = new Map(modelsOf(plan).map((variant) => [variant.digest, variant]))
      for (const digest of loaded.keys()) missing.delete(digest)
      const queue = missing.values()
      const lane = async () => {
        for (const variant of queue) {
          try {
            await loadOne(variant)
          } catch (error) {
            problems.set(variant.digest, error instanceof Error ? error.message : String(error))
          }
        }
      }
      await Promise.all(Array.from({ length: loadsAtOnce }, lane))
      const limits = idleLimits(plan)
      for (const { digest, canRest, resting } of loaded.values())
        resting.restAfter(canRest ? limits.get(digest) : undefined)
      return problems
    },
    get: (digest) => loaded.get(digest),
    releaseOthers: async (keep) => {
      const surplus = [...loaded.values()].filter((model) => !keep.has(model.digest))
      for (const { digest } of surplus) loaded.delete(digest)
      await Promise.all(surplus.map((model) => model.resting.release()))
    },
    states: () => {
      const states: Record<string, ModelState> = {}
      for (const { digest, trouble, isResting } of loaded.values()) {
        const problem = trouble()
        if (problem !== undefined) states[digest] = { state: 'away', problem }
        else if (isResting()) states[digest] = { state: 'unloaded' }
      }
      return states
    },
    get count() {
      return loaded.size
    },
  }
}
