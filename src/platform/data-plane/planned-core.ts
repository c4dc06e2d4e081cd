import { type InferenceCore, inferenceErrors, type Plan, type ServedModel } from '../inference/index.ts'
import { toServedModel } from './worker/routes.ts'

/** The core while no worker runs: it knows which deployments there are, and that none of them can answer now. */
export function plannedCore(plan: Plan | undefined): InferenceCore {
  const models = (plan?.deployments ?? []).map((deployment) => toServedModel(deployment, []))
  const find = (name: string): ServedModel => {
    const model = models.find((candidate) => candidate.name === name)
    if (model === undefined) throw inferenceErrors.inference_model_unknown({ model: name })
    return model
  }
  return {
    models: () => models,
    model: find,
    infer: async ({ model }) => {
      throw notNow(find(model))
    },
    statistics: async () => [],
  }
}

/** Why a model that is not ready cannot be asked: nothing is deployed yet, or what serves it is being started. */
export function notNow({ name, versions }: ServedModel): Error {
  return versions.length === 0
    ? inferenceErrors.inference_model_waiting({ model: name })
    : inferenceErrors.inference_worker_away()
}
