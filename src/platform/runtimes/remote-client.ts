import type { LookupFunction } from 'node:net'
import type { RemoteRuntime, Tensor, TensorSpec } from '../inference/index.ts'

/**
 * A model on another server, in the words of one protocol. Implementations translate and check what they read; they keep
 * no state about whether the server answers, retry nothing and throw the `inference_remote_…` errors.
 */
export interface RemoteClient {
  /** The signature as that server tells it; tensors are empty where the protocol has no words for it. */
  describe(): Promise<RemoteDescription>
  /** Resolves when the model can answer. Throws with the reason when it cannot. */
  ready(): Promise<void>
  infer(inputs: readonly Tensor[]): Promise<Tensor[]>
  close(): void
}

export interface RemoteDescription {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly isBinary: boolean
}

export interface RemoteOptions {
  readonly runtime: RemoteRuntime
  /** What is known of its tensors: protocols that do not name types read answers by it. */
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** What is sent to show who asks: `Bearer …` with the runtime's secret, or the secret itself when it has a scheme. */
  readonly authorization?: string | undefined
}

/** Throws `inference_remote_forbidden` for a host that may not be called. Connects with the first request. */
export type OpenRemote = (options: RemoteOptions) => RemoteClient

export interface WireOptions {
  readonly url: string
  readonly connections: number
  readonly timeoutMs: number
  /** Largest answer that is read. */
  readonly answerBytes: number
  readonly authorization?: string | undefined
  readonly lookup?: LookupFunction | undefined
}
