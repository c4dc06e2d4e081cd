import type { IncomingHttpHeaders } from 'node:http'
import type { GrpcService } from '../../kernel/grpc-service.ts'
import type { Json } from '../../kernel/json.ts'
import type { Permission } from '../../kernel/operation.ts'
import type { ModelStatistics } from './counters.ts'
import type { RequestMetadata } from './route.ts'
import type { ModelRuntime } from './runtime.ts'
import type { Tensor, TensorSpec } from './tensor.ts'
import type { TraceCounts } from './trace-counts.ts'

/**
 * Where protocols and models meet. A protocol (KServe, TF Serving, …) turns its wire form into an InferenceRequest and the
 * answer back; what it calls is this core. The core routes, validates, batches, runs and records; it knows no protocol.
 */
export interface InferenceCore {
  /** Every deployment, by name. */
  models(): readonly ServedModel[]
  /** Throws `inference_model_unknown` or `inference_version_unknown`. */
  model(name: string, version?: string): ServedModel
  /** Inputs are checked against the model's own signature. Resolves after the prediction was recorded. */
  infer(request: InferenceRequest): Promise<InferenceAnswer>
  /** What all workers together counted for each live version. */
  statistics(): Promise<readonly ModelStatistics[]>
  /** Spans that all workers sent and dropped; absent or undefined when nothing is traced. */
  traces?(): Promise<TraceCounts | undefined>
}

export interface ServedModel {
  readonly name: string
  /** Live versions; the first serves what no other variant takes. */
  readonly versions: readonly string[]
  readonly ready: boolean
  /** Why a version that is deployed cannot answer now. */
  readonly problem?: string | undefined
  /** Released while nobody asks for it: ready, but not in memory. */
  readonly isUnloaded?: boolean | undefined
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** What runs the first live version. */
  readonly runtime: ModelRuntime['kind']
  /** Names of the columns of a single matrix input, when they are known. */
  readonly featureNames?: readonly string[] | undefined
}

export interface InferenceRequest {
  readonly model: string
  /** Pins a live version, past the split. */
  readonly version?: string | undefined
  /** The client's own id for the request; echoed and recorded. */
  readonly requestId?: string | undefined
  /** Chosen by the client to make a retry harmless; else made here. */
  readonly predictionId?: string | undefined
  /** Requests with the same key go to the same variant. Default: what the headers bring, else the prediction id. */
  readonly routeKey?: string | undefined
  /** Headers or metadata of the request, for the rules of the router. */
  readonly metadata?: RequestMetadata | undefined
  /** Epoch ms at which it happened in the world. Default: now. */
  readonly eventAt?: number | undefined
  readonly inputs: readonly Tensor[]
  /** What the request sets beside its inputs, for models whose signature has such a thing. */
  readonly params?: Readonly<Record<string, Json>> | undefined
  /** Names of the outputs wanted; default all. */
  readonly wanted?: readonly string[] | undefined
  /** Monotonic ms at which the request arrived. */
  readonly startedAt: number
  /** Asked when the request's turn comes: true once nobody waits for the answer, and it is then not run. */
  readonly isAbandoned?: (() => boolean) | undefined
}

export interface InferenceAnswer {
  readonly model: string
  readonly version: string
  readonly variant: string
  readonly modelVersionId: string
  readonly predictionId: string
  readonly outputs: readonly Tensor[]
}

export interface HttpInference {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** Decompressed. */
  readonly body: Buffer
  readonly startedAt: number
  /** True once the client has closed its connection. */
  readonly isGone?: (() => boolean) | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** A wire protocol over HTTP, as the workers (and, without workers, the control plane) run it. */
export interface InferenceProtocol {
  readonly name: string
  /** For the reference: what it answers, with `{parameters}` and `{rest*}`. */
  readonly routes: readonly {
    readonly method: 'GET' | 'POST' | 'HEAD'
    readonly path: string
    readonly summary: string
  }[]
  claims(method: string, path: string): boolean
  /** Health that shows no data: answered without a token, for probes. */
  isPublic(path: string): boolean
  /** What it throws is answered by `toError`. */
  handle(request: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer
  toError(error: unknown): HttpAnswer
}

/** What a request of a protocol needs, unless its path is public. */
export function inferencePermission(method: string): Permission {
  return method === 'POST' ? 'inference:write' : 'inference:read'
}

/** The same core over gRPC. */
export type InferenceGrpc = (core: InferenceCore) => readonly GrpcService[]

/** Header that carries the prediction's id in the answer, or in the request to choose it. */
export const predictionIdHeader = 'slipway-prediction-id'
/** A header's single value. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
