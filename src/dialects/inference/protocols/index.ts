import type { InferenceProtocol } from '../../../platform/inference/index.ts'
import { openInference } from '../open-inference/protocol.ts'

/** In the order in which they are asked whether a path is theirs. */
export const inferenceProtocols: readonly InferenceProtocol[] = [openInference]
