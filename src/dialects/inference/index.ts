/**
 * Inference protocols: the Open Inference Protocol over REST and gRPC, KServe V1 and TensorFlow Serving, MLflow scoring, Seldon, each a
 * wire form over the one inference core. The workers
 * of the data plane run them; the control plane passes on what still reaches it, and answers itself while no worker runs.
 */
import { predictions } from '../../modules/predictions/index.ts'
import { serving, servingMember } from '../../modules/serving/index.ts'
import { defineDialect } from '../../platform/platform.ts'
import { controlRoutes } from './control-plane.ts'
import { controlGrpc } from './grpc/control-plane.ts'
import { inferenceProtocols } from './protocols/index.ts'
import { feedbackRoutes } from './seldon/feedback.ts'

export const inference = defineDialect({
  name: 'inference',
  needs: { serving, predictions },
  routes: ({ needs }) => [
    ...inferenceProtocols.flatMap((protocol) => controlRoutes(protocol, needs.serving)),
    ...feedbackRoutes(needs.predictions),
  ],
  grpc: ({ needs }) => controlGrpc(needs.serving),
})

/** The same on a host that only answers predictions; labels and feedback go to the control plane. */
export const memberInference = defineDialect({
  name: 'inference',
  needs: { servingMember },
  routes: ({ needs }) => inferenceProtocols.flatMap((protocol) => controlRoutes(protocol, needs.servingMember)),
  grpc: ({ needs }) => controlGrpc(needs.servingMember),
})
