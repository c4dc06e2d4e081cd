import { inferenceErrors } from './errors.ts'
import type { Plan } from './plan.ts'
import type { InferenceCore, ServedModel } from './protocol.ts'

/** The core while no worker runs: it knows which deployments are declared, and that none of them can answer yet. */
export function plannedCore(plan: Plan | undefined): InferenceCore {
  const models = (plan?.deployments ?? []).map(toWaiting)
  const find = (name: string): ServedModel => {
    const model = models.find((candidate) => candidate.name === name)
    if (model === undefined) throw inferenceErrors.inference_model_unknown({ model: name })
    return model
  }
  return {
    models: () => models,
    model: find,
    infer: async ({ model }) => {
      throw inferenceErrors.inference_model_waiting({ model: find(model).name })
    },
    statistics: async () => [],
  }
}

function toWaiting({ name }: Plan['deployments'][number]): ServedModel {
  return { name, versions: [], ready: false, inputs: [], outputs: [], runtime: 'onnx' }
}
