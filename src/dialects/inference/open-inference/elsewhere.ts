import { inferenceErrors } from '../../../platform/inference/index.ts'

/**
 * Refuses a tensor that lies elsewhere, or is wanted in another form: taken for an ordinary one, its client would read memory
 * that nobody wrote. The parameters are those of the tensor, from JSON or from gRPC.
 */
export function refuseElsewhere(name: string, parameters: Readonly<Record<string, unknown>> | null | undefined): void {
  if (parameters?.shared_memory_region !== undefined)
    throw inferenceErrors.inference_unsupported({ what: `Shared memory (tensor "${name}")` })
  if (parameters?.classification !== undefined)
    throw inferenceErrors.inference_unsupported({ what: `The classification extension (output "${name}")` })
}
