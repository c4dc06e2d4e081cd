import { modelsOf, type Plan, type PlanVariant } from '../plan.ts'
import type { Tensor } from '../tensor.ts'
import { type OnnxSession, openSession } from './onnx.ts'
import { warmUp } from './warm-up.ts'

/** Models in memory, one session per content digest however many deployments use it. */
export interface LoadedModel {
  readonly digest: string
  readonly inputs: OnnxSession['inputs']
  readonly outputs: OnnxSession['outputs']
  readonly batchable: boolean
  run(inputs: readonly Tensor[]): Promise<Tensor[]>
}

export interface Models {
  /** Loads and warms what the plan names; answers what could not be loaded, by digest. */
  load(plan: Plan): Promise<ReadonlyMap<string, string>>
  get(digest: string): LoadedModel | undefined
  /** Releases what `keep` does not name. Call once nothing runs on them. */
  releaseOthers(keep: ReadonlySet<string>): Promise<void>
  readonly count: number
}

export function createModels(): Models {
  const loaded = new Map<string, LoadedModel & { readonly session: OnnxSession }>()

  async function loadOne(variant: PlanVariant): Promise<void> {
    const session = await openSession(variant.path)
    const { batchable } = await warmUp(session)
    loaded.set(variant.digest, {
      digest: variant.digest,
      inputs: session.inputs,
      outputs: session.outputs,
      batchable,
      run: (inputs) => session.run(inputs),
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
    get count() {
      return loaded.size
    },
  }
}
