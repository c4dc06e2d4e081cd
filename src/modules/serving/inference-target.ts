import { type DataPlane, plannedCore } from '../../platform/data-plane/index.ts'
import type { InferenceTarget } from './service.ts'

/** A worker, or what is declared while none runs. */
export async function findInferenceTarget(plane: DataPlane): Promise<InferenceTarget> {
  const socketPath = plane.inferenceSocket()
  return socketPath === undefined ? { core: plannedCore(await plane.plan()) } : { socketPath }
}
