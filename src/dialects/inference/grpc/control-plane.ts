import type { GrpcService } from '../../../kernel/grpc-service.ts'
import type { Serving } from '../../../modules/serving/index.ts'
import { plannedCore } from '../../../platform/data-plane/index.ts'
import type { InferenceCore } from '../../../platform/inference/index.ts'
import { inferenceGrpc } from './service.ts'

/** The same services in the control plane: over what is declared, while no worker runs that answers them in its place. */
export function controlGrpc(serving: Pick<Serving, 'inference'>): GrpcService[] {
  let core = plannedCore(undefined)
  const current: InferenceCore = {
    models: () => core.models(),
    model: (name, version) => core.model(name, version),
    infer: (request) => core.infer(request),
    statistics: () => core.statistics(),
  }
  const elsewhere = async () => {
    const target = await serving.inference()
    if ('socketPath' in target) return target.socketPath
    core = target.core
    return undefined
  }
  return inferenceGrpc(current).map((service) => ({ ...service, elsewhere }))
}
