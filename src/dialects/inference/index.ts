/**
 * Inference protocols: wire forms of others (the Open Inference Protocol first) over the one inference core. The workers
 * of the data plane run them; the control plane passes on what still reaches it, and answers itself while no worker runs.
 */
import { serving } from '../../modules/serving/index.ts'
import { defineDialect } from '../../platform/platform.ts'
import { controlRoutes } from './control-plane.ts'
import { inferenceProtocols } from './protocols/index.ts'

export const inference = defineDialect({
  name: 'inference',
  needs: { serving },
  routes: ({ needs }) => inferenceProtocols.flatMap((protocol) => controlRoutes(protocol, needs.serving)),
})
