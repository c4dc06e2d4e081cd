import type { Json } from '../../kernel/json.ts'
import type { TensorSpec } from './tensor.ts'

/**
 * What runs a model. Each kind has one implementation of `ModelSession` (`runtimes/session.ts`); everything above it
 * (routing, batching, the log, statistics, protocols) is the same for all kinds.
 */
export type ModelRuntime = OnnxRuntime | PythonRuntime | GraphRuntime | RemoteRuntime

/** In the worker's own process. */
export interface OnnxRuntime {
  readonly kind: 'onnx'
  /** The file was made from a Python model: it takes and gives what that model does. */
  readonly converted?: {
    /** By input: columns in which the model takes no missing number, or answers one otherwise than its ONNX form. */
    readonly finite: Readonly<Record<string, readonly number[]>>
  }
}

/** In processes of its own, each with the interpreter of the model's environment. */
export interface PythonRuntime {
  readonly kind: 'python'
  /** Path of the interpreter. */
  readonly interpreter: string
  readonly model: PythonModel
  /** Processes of this model in each worker. */
  readonly instances: number
  /** Threads that numeric libraries may use in each of them. */
  readonly threads: number
  /** A run that takes longer counts as hung: its process is ended and started again. */
  readonly timeoutMs: number
  /** Resident memory beyond which a process is ended and started again; absent: no limit. */
  readonly memoryBytes?: number | undefined
}

/** On another server, which is asked over the network. */
export interface RemoteRuntime extends RemoteModel {
  readonly kind: 'remote'
  /** Hosts that may be called; absent: see `HostRules`. */
  readonly allowedHosts?: readonly string[] | undefined
}

/** Where a model of elsewhere is, and how it is asked. */
export interface RemoteModel {
  /** `http:`, `https:`, `grpc:` or `grpcs:`; a path before the protocol's own is kept. */
  readonly url: string
  /** `v2` is the Open Inference Protocol, over REST or gRPC as the URL says; `v1` rows as JSON. */
  readonly protocol: 'v1' | 'v2'
  /** The model's name there. */
  readonly model: string
  /** Absent: whichever version that server answers with. */
  readonly version?: string | undefined
  /** A run that takes longer is given up. */
  readonly timeoutMs: number
  /** Runs that each worker may have under way at once. */
  readonly connections: number
  /** Environment variable with the token that is sent. */
  readonly secret?: string | undefined
  /** Whether tensors may travel as bytes behind the JSON. */
  readonly isBinary: boolean
  /** Whether requests may share a run: found out once, when the model was registered. */
  readonly isBatchable: boolean
}

/** How a folder becomes a model that predicts, and what it is called with. */
export interface PythonModel {
  readonly loader:
    | { readonly kind: 'module'; readonly module: string; readonly data: string; readonly config?: unknown }
    | { readonly kind: 'script' | 'pickle'; readonly file: string }
  /** Folders, relative to the model's, to import from. */
  readonly codeFolders: readonly string[]
  readonly predict: string
  /**
   * `frame`: one data frame of the inputs as columns. `matrix`: the only input, with rows of numbers. `array`: the only
   * input, as it is. `arrays`: the inputs by name.
   */
  readonly call: 'frame' | 'matrix' | 'array' | 'arrays'
  /** Per column of a frame whose values need more than their datatype says. */
  readonly conversions: Readonly<Record<string, 'datetime' | 'binary' | 'json'>>
  /** True when the columns have positions instead of names. */
  readonly isUnnamed: boolean
  /** What a request may set beside its inputs, with the values that it has otherwise. */
  readonly params?: readonly PythonParam[]
  /** Name of a result that carries none. */
  readonly output: string
  /** A second method of the estimator, whose result is given beside the first where the estimator has it. */
  readonly also?: { readonly predict: string; readonly output: string }
}

/** Several models and functions, each run by its own kind: models where they always run, functions in processes of Node. */
export interface GraphRuntime {
  readonly kind: 'graph'
  readonly nodes: readonly GraphRuntimeNode[]
  readonly outputs: readonly Feed[]
  readonly functions: {
    /** Processes of this graph's functions in each worker. */
    readonly instances: number
    /** A run that takes longer counts as hung: its process is ended and started again. */
    readonly timeoutMs: number
    /** Resident memory beyond which a process is ended and started again. */
    readonly memoryBytes: number
  }
}

export interface GraphRuntimeNode {
  readonly name: string
  readonly inputs: readonly Feed[]
  readonly runs: GraphNodeRuns[keyof GraphNodeRuns]
}

/** What a node of each kind runs. A kind's name is the key that tells it, here and in graph.yaml. */
export interface GraphNodeRuns {
  readonly model: { readonly model: ModelSource }
  readonly function: GraphFunction
}

export interface GraphFunction {
  /** File in the graph's folder. */
  readonly function: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Whether rows of several requests may be given to it at once. */
  readonly batch: boolean
}

/** One of the `params` of a model's signature. */
export interface PythonParam {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'other'
  readonly isList: boolean
  readonly default: Json
}

/** Everything a process needs to open a model: what a plan says of a variant. */
export interface ModelSource {
  /** Local path of the model file, or of the folder of its files. */
  readonly path: string
  /** Absent: ONNX. */
  readonly runtime?: ModelRuntime | undefined
  readonly inputs: readonly TensorSpec[]
  /** Empty when only a run can tell. */
  readonly outputs: readonly TensorSpec[]
  /** Names of the columns of a single matrix input, when the registered signature tells. */
  readonly featureNames?: readonly string[] | undefined
}

/** An edge: what `name` is given. */
export interface Feed {
  readonly name: string
  readonly from: Source
}

/** A value of the request, when `node` is absent, or an output of a node. */
export interface Source {
  readonly node?: string | undefined
  readonly value: string
}
