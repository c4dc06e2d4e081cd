/**
 * Inference protocols: wire forms of others (the Open Inference Protocol first) over the one inference core. The workers
 * of the data plane run them; the control plane passes on what still reaches it, and answers itself while no worker runs.
 */
import type { InferenceProtocol } from '../../platform/inference/index.ts'
import { openInference } from './open-inference/protocol.ts'

export const inferenceProtocols: readonly InferenceProtocol[] = [openInference]
