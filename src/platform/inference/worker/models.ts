import { modelsOf, type Plan, type PlanVariant } from '../plan.ts'
import { type ModelSession, openSession, type SessionEnv } from './session.ts'
import { warmUp } from './warm-up.ts'

/** Models in memory, one session per content digest however many deployments use it. */
export interface LoadedModel {
  readonly digest: string
  readonly inputs: ModelSession['inputs']
  readonly outputs: ModelSession['outputs']
  readonly batchable: boolean
  readonly lanes: number
  /** Why it cannot answer now, though it is loaded. */
  trouble(): string | undefined
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
export interface ModelState {
  readonly state: 'away'
  readonly problem: string
}
export type ModelStates = Readonly<Record<string, ModelState>>

export function createModels(env: SessionEnv): Models {
  const loaded = new Map<string, LoadedModel & { readonly session: ModelSession }>()

  async function loadOne(variant: PlanVariant): Promise<void> {
    const session = await openSession(variant, env)
    const { batchable } = await warmUp(session)
    loaded.set(variant.digest, {
      digest: variant.digest,
      inputs: session.inputs,
      outputs: session.outputs,
      batchable,
      lanes: session.lanes,
      trouble: () => session.trouble?.(),
      run: (inputs, isAbandoned) => session.run(inputs, isAbandoned),
      session,
    })
  }

  return {
    load: async (plan) => {
      const problems = new Map<string, string>()
      for (const variant of modelsOf(plan)) {
        if (loaded.has(variant.digest) || problems.has(variant.digest)) continue
        try {
          await loadOne(variant)
        } catch (error) {
          problems.set(variant.digest, error instanceof Error ? error.message : String(error))
        }
      }
      return problems
    },
    get: (digest) => loaded.get(digest),
    releaseOthers: async (keep) => {
      const surplus = [...loaded.values()].filter((model) => !keep.has(model.digest))
      for (const { digest } of surplus) loaded.delete(digest)
      await Promise.all(surplus.map((model) => model.session.release()))
    },
    states: () => {
      const states: Record<string, ModelState> = {}
      for (const { digest, trouble } of loaded.values()) {
        const problem = trouble()
        if (problem !== undefined) states[digest] = { state: 'away', problem }
      }
      return states
    },
    get count() {
      return loaded.size
    },
  }
}
