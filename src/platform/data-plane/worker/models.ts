import { idleLimits, type Plan, type PlanVariant } from '../../inference/index.ts'
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
  /** Rows of several requests may share a run: by declaration, and without one. */
  readonly canShareRuns: { readonly whenDeclared: boolean; readonly byItself: boolean }
  readonly lanes: number
  /** Why it cannot answer now, though it is loaded. */
  trouble(): string | undefined
  /** Released while nobody asks for it; the next run loads it. */
  isResting(): boolean
  run: ModelSession['run']
}

export interface Models {
  /** Loads and warms a model, once for all who ask meanwhile; answers why it could not be loaded, or nothing. */
  load(variant: PlanVariant): Promise<string | undefined>
  /** From here on models are released when nobody asks for them as long as the plan says. */
  restAsPlanned(plan: Plan): void
  get(digest: string): LoadedModel | undefined
  /** Releases what `keep` does not name. Nothing may run on it any more. */
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

export function createModels(given: SessionEnv): Models {
  const open = shareSessions(openSession)
  const env = { ...given, open }
  const loaded = new Map<string, LoadedModel & { readonly resting: RestingSession; readonly canRest: boolean }>()

  const loading = new Map<string, Promise<string | undefined>>()

  async function loadOne(variant: PlanVariant): Promise<void> {
    const session = await open(variant, env)
    const { isPossible, isProved } = await warmUp(session)
    const resting = createResting(session, () => open(variant, env))
    loaded.set(variant.digest, {
      digest: variant.digest,
      inputs: session.inputs,
      outputs: session.outputs,
      canShareRuns: { whenDeclared: isPossible, byItself: isProved && session.mayMixRows !== true },
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
    load: (variant) => {
      if (loaded.has(variant.digest)) return Promise.resolve(undefined)
      const begun = loading.get(variant.digest)
      if (begun !== undefined) return begun
      const problem = loadOne(variant)
        .then(
          () => undefined,
          (error) => (error instanceof Error ? error.message : String(error)),
        )
        .finally(() => loading.delete(variant.digest))
      loading.set(variant.digest, problem)
      return problem
    },
    restAsPlanned: (plan) => {
      const limits = idleLimits(plan)
      for (const { digest, canRest, resting } of loaded.values())
        resting.restAfter(canRest ? limits.get(digest) : undefined)
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
