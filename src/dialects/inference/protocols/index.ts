/**
 * The inference protocols as workers run them: wire forms over the inference core, without the modules of the control
 * plane, which a worker has no use for.
 */
import type { InferenceProtocol } from '../../../platform/inference/index.ts'
import { mlflowScoring } from '../mlflow-scoring/protocol.ts'
import { openInference } from '../open-inference/protocol.ts'
import { deploymentDescription } from '../openapi/protocol.ts'
import { prometheus } from '../prometheus/protocol.ts'
import { seldon } from '../seldon/protocol.ts'
import { tensorflowServing } from '../tensorflow-serving/protocol.ts'

export { inferenceGrpc } from '../grpc/service.ts'
export { openRemote } from '../remote/open-remote.ts'

/** In the order in which they are asked whether a path is theirs. */
export const inferenceProtocols: readonly InferenceProtocol[] = [
  openInference,
  tensorflowServing,
  mlflowScoring,
  seldon,
  prometheus,
  deploymentDescription,
]
