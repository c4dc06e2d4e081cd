import type { GrpcMethod, GrpcService } from '../../../kernel/grpc-service.ts'
import {
  GrpcError,
  grpcStatus,
  healthService,
  type ProtoValue,
  protoCodec,
  reflectionServices,
} from '../../../platform/grpc/index.ts'
import {
  type InferenceCore,
  type InferenceGrpc,
  predictionIdHeader,
  type ServedModel,
} from '../../../platform/inference/index.ts'
import { loadModel, modelConfig, repositoryIndex, unloadModel } from '../open-inference/extensions.ts'
import { modelMetadata, serverMetadata } from '../open-inference/metadata.ts'
import { modelStatistics } from '../open-inference/statistics.ts'
import { isServerReady } from '../server-ready.ts'
import { readInferRequest } from './infer-request.ts'
import { inferResponse } from './infer-response.ts'
import { streamInfer } from './infer-stream.ts'
import { configEnums } from './proto-config.ts'
import { inferenceProto } from './proto-file.ts'

/**
 * The Open Inference Protocol over gRPC (inference.GRPCInferenceService) as Triton, KServe and MLServer offer it, with
 * health and reflection. The same core as every other protocol: one signature, one split, one prediction log.
 */
export const inferenceGrpc: InferenceGrpc = (core) => [
  inferenceService(core),
  healthService((name) => isServing(core, name)),
  ...reflectionServices([inferenceProto]),
]

const serviceName = 'inference.GRPCInferenceService'
const codec = protoCodec(inferenceProto)

function inferenceService(core: InferenceCore): GrpcService {
  const isReady = () => isServerReady(core)
  return {
    name: serviceName,
    allow: 'inference:write',
    // The codes that Triton gives these errors, where the meaning of their kind is another.
    statusOf: {
      inference_unsupported: grpcStatus.unimplemented,
      inference_overloaded: grpcStatus.unavailable,
    },
    methods: {
      ModelInfer: {
        kind: 'unary',
        run: async (message, call) => {
          const request = readInferRequest(message, call)
          const answer = await core.infer(request)
          return {
            frame: inferResponse(answer, { requestId: request.requestId }),
            headers: { [predictionIdHeader]: answer.predictionId },
          }
        },
      },
      ModelStreamInfer: { kind: 'stream', run: (messages, call, send) => streamInfer(core, { messages, call, send }) },
      ServerLive: method('ServerLive', () => ({ live: true }), true),
      ServerReady: method('ServerReady', () => ({ ready: isReady() }), true),
      ModelReady: method('ModelReady', (request) => ({ ready: isModelReady(core, request) })),
      ServerMetadata: method('ServerMetadata', () => serverMetadata),
      ModelMetadata: method('ModelMetadata', (request) =>
        modelMetadata(find(core, request), optional(request.version)),
      ),
      ModelConfig: method('ModelConfig', (request) => ({ config: toConfig(modelConfig(find(core, request))) })),
      ModelStatistics: method('ModelStatistics', (request) =>
        modelStatistics(core, { model: optional(request.name), version: optional(request.version) }),
      ),
      RepositoryIndex: method('RepositoryIndex', ({ ready }) => ({ models: repositoryIndex(core, ready === true) })),
      RepositoryModelLoad: method('RepositoryModelLoad', (request) => {
        loadModel(core, modelNamed(request), Object.keys(request.parameters ?? {}))
        return {}
      }),
      RepositoryModelUnload: method('RepositoryModelUnload', (request) => {
        unloadModel(core, modelNamed(request))
        return {}
      }),
      ...unsupported,
    },
  }
}

/** A method whose messages have the names that the service gives them, and whose speed does not matter. */
function method(
  name: string,
  run: (request: ProtoValue) => ProtoValue | Promise<ProtoValue>,
  isPublic = false,
): GrpcMethod {
  return {
    kind: 'unary',
    isPublic,
    run: async (message) => {
      const response = await run(codec.decode(`${name}Request`, message))
      return { frame: codec.encode(`${name}Response`, response).frame() }
    },
  }
}

/** What Triton offers and a server of deployments cannot: answered in words instead of "unknown method". */
const unsupported: Readonly<Record<string, GrpcMethod>> = Object.fromEntries(
  Object.entries({
    SystemSharedMemoryStatus: 'shared memory',
    SystemSharedMemoryRegister: 'shared memory',
    SystemSharedMemoryUnregister: 'shared memory',
    CudaSharedMemoryStatus: 'CUDA shared memory',
    CudaSharedMemoryRegister: 'CUDA shared memory',
    CudaSharedMemoryUnregister: 'CUDA shared memory',
    TraceSetting: 'trace settings',
    LogSettings: 'log settings',
  }).map(([name, what]) => [
    name,
    {
      kind: 'unary',
      run: () => {
        throw new GrpcError(grpcStatus.unimplemented, `${name}: ${what} are not offered by this server`)
      },
    },
  ]),
)

function find(core: InferenceCore, { name, version }: ProtoValue): ServedModel {
  return core.model(String(name), optional(version))
}

/** What is not there is not ready, as Triton says it: clients ask until a model appears. */
function isModelReady(core: InferenceCore, { name, version }: ProtoValue): boolean {
  const model = core.models().find((each) => each.name === name)
  const wanted = optional(version)
  return model?.ready === true && (wanted === undefined || model.versions.includes(wanted))
}

function optional(text: unknown): string | undefined {
  return text === '' ? undefined : String(text)
}

/** KServe's messages of this name have the model in the first field, where Triton's have the repository. */
function modelNamed({ model_name, repository_name }: ProtoValue): string {
  return String(model_name === '' ? repository_name : model_name)
}

/** '' is the server, the service's own name likewise; any other name is a model's. */
function isServing(core: InferenceCore, name: string): boolean | undefined {
  if (name === '' || name === serviceName) return isServerReady(core)
  return core.models().find((model) => model.name === name)?.ready
}

/** Enums are numbers on the wire and names in JSON. */
function toConfig(config: ReturnType<typeof modelConfig>): ProtoValue {
  const numbered = (tensor: { readonly data_type: string }) => ({
    ...tensor,
    data_type: configEnums.DataType[tensor.data_type],
  })
  return { ...config, input: config.input.map(numbered), output: config.output.map(numbered) }
}
