import type { Json } from '../../kernel/json.ts'
import type { ModelSource, Tensor, TensorSpec } from '../inference/index.ts'
import type { Processes } from '../process/index.ts'
import type { OpenRemote } from './remote-client.ts'

/**
 * A model that is ready to answer, whatever runs it: the one door between the data plane and the runtimes. `run` is called
 * with tensors that were checked against `inputs`, at most `lanes` times at once; what it throws is the model's failure.
 */
export interface ModelSession {
  readonly inputs: readonly TensorSpec[]
  /** Empty when only a run can tell. */
  readonly outputs: readonly TensorSpec[]
  /** Runs that may be under way at once. */
  readonly lanes: number
  /** Runs block the process that opened it, instead of going on in another one. */
  readonly isInProcess?: boolean
  /** It says in so many words when the request is at fault. Of a model's own words nobody knows whether they mean the request. */
  readonly mayRefuse?: boolean
  /**
   * `isAbandoned`: true once nobody waits for the answer; a run of several parts then ends early with `Abandoned`.
   * `params`: what the request sets beside its inputs, for runtimes that know such a thing.
   */
  run(inputs: readonly Tensor[], isAbandoned?: () => boolean, params?: RunParams): Promise<Tensor[]>
  /** Whether requests may share a run, when that is known without trying. */
  readonly isBatchable?: boolean | undefined
  /** It may do with rows that stand together whatever it likes, and trial rows prove nothing: who deploys it must say so. */
  readonly mayMixRows?: boolean | undefined
  /** Why it cannot answer now, though it is loaded. */
  trouble?(): string | undefined
  /** Nothing runs on it any more. */
  release(): Promise<void>
}

export type RunParams = Readonly<Record<string, Json>>

/** What a runtime may need of the process it is opened in. */
export interface SessionEnv {
  readonly processes: Processes
  /** For output and sockets. */
  readonly folder: string
  /** Distinguishes this process from others with the same folder. */
  readonly name: string
  readonly openRemote: OpenRemote
  /** How the models of a graph are opened; absent: each by itself. */
  readonly open?: OpenSession | undefined
}

export type OpenSession = (source: ModelSource, env: SessionEnv) => Promise<ModelSession>
