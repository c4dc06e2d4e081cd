import type { InferenceCore } from '../../platform/inference/index.ts'

/** A model that another server has, and that is away, does not make this server unready: the others would go with it. */
export function isServerReady(core: InferenceCore): boolean {
  return core.models().every((model) => model.ready || model.problem !== undefined)
}
