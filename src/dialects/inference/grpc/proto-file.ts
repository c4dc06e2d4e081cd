import type { ProtoFile } from '../../../platform/grpc/index.ts'
import { configEnums, configMessages } from './proto-config.ts'
import { statisticsMessages } from './proto-statistics.ts'

/**
 * The gRPC service of the Open Inference Protocol with Triton's extensions, by its published names and field numbers.
 * Where the dialects of the protocol disagree under one name (RepositoryModelLoad, parameters of tensors), these are
 * Triton's.
 */
const choice = { oneof: 'parameter_choice' }
const parameters = (number: number) => [number, 'InferParameter', 'map'] as const

const inferMessages = {
  InferParameter: {
    bool_param: [1, 'bool', choice],
    int64_param: [2, 'int64', choice],
    string_param: [3, 'string', choice],
    double_param: [4, 'double', choice],
    uint64_param: [5, 'uint64', choice],
  },
  InferTensorContents: {
    bool_contents: [1, 'bool', 'repeated'],
    int_contents: [2, 'int32', 'repeated'],
    int64_contents: [3, 'int64', 'repeated'],
    uint_contents: [4, 'uint32', 'repeated'],
    uint64_contents: [5, 'uint64', 'repeated'],
    fp32_contents: [6, 'float', 'repeated'],
    fp64_contents: [7, 'double', 'repeated'],
    bytes_contents: [8, 'bytes', 'repeated'],
  },
  ModelInferRequest: {
    model_name: [1, 'string'],
    model_version: [2, 'string'],
    id: [3, 'string'],
    parameters: parameters(4),
    inputs: [5, 'ModelInferRequest.InferInputTensor', 'repeated'],
    outputs: [6, 'ModelInferRequest.InferRequestedOutputTensor', 'repeated'],
    raw_input_contents: [7, 'bytes', 'repeated'],
  },
  'ModelInferRequest.InferInputTensor': {
    name: [1, 'string'],
    datatype: [2, 'string'],
    shape: [3, 'int64', 'repeated'],
    parameters: parameters(4),
    contents: [5, 'InferTensorContents'],
  },
  'ModelInferRequest.InferRequestedOutputTensor': { name: [1, 'string'], parameters: parameters(2) },
  ModelInferResponse: {
    model_name: [1, 'string'],
    model_version: [2, 'string'],
    id: [3, 'string'],
    parameters: parameters(4),
    outputs: [5, 'ModelInferResponse.InferOutputTensor', 'repeated'],
    raw_output_contents: [6, 'bytes', 'repeated'],
  },
  'ModelInferResponse.InferOutputTensor': {
    name: [1, 'string'],
    datatype: [2, 'string'],
    shape: [3, 'int64', 'repeated'],
    parameters: parameters(4),
    contents: [5, 'InferTensorContents'],
  },
  ModelStreamInferResponse: { error_message: [1, 'string'], infer_response: [2, 'ModelInferResponse'] },
} as const

const healthMessages = {
  ServerLiveRequest: {},
  ServerLiveResponse: { live: [1, 'bool'] },
  ServerReadyRequest: {},
  ServerReadyResponse: { ready: [1, 'bool'] },
  ModelReadyRequest: { name: [1, 'string'], version: [2, 'string'] },
  ModelReadyResponse: { ready: [1, 'bool'] },
  ServerMetadataRequest: {},
  ServerMetadataResponse: { name: [1, 'string'], version: [2, 'string'], extensions: [3, 'string', 'repeated'] },
  ModelMetadataRequest: { name: [1, 'string'], version: [2, 'string'] },
  ModelMetadataResponse: {
    name: [1, 'string'],
    versions: [2, 'string', 'repeated'],
    platform: [3, 'string'],
    inputs: [4, 'ModelMetadataResponse.TensorMetadata', 'repeated'],
    outputs: [5, 'ModelMetadataResponse.TensorMetadata', 'repeated'],
  },
  'ModelMetadataResponse.TensorMetadata': {
    name: [1, 'string'],
    datatype: [2, 'string'],
    shape: [3, 'int64', 'repeated'],
  },
} as const

const repositoryMessages = {
  ModelRepositoryParameter: {
    bool_param: [1, 'bool', choice],
    int64_param: [2, 'int64', choice],
    string_param: [3, 'string', choice],
    bytes_param: [4, 'bytes', choice],
  },
  RepositoryIndexRequest: { repository_name: [1, 'string'], ready: [2, 'bool'] },
  RepositoryIndexResponse: { models: [1, 'RepositoryIndexResponse.ModelIndex', 'repeated'] },
  'RepositoryIndexResponse.ModelIndex': {
    name: [1, 'string'],
    version: [2, 'string'],
    state: [3, 'string'],
    reason: [4, 'string'],
  },
  RepositoryModelLoadRequest: {
    repository_name: [1, 'string'],
    model_name: [2, 'string'],
    parameters: [3, 'ModelRepositoryParameter', 'map'],
  },
  RepositoryModelLoadResponse: {},
  RepositoryModelUnloadRequest: {
    repository_name: [1, 'string'],
    model_name: [2, 'string'],
    parameters: [3, 'ModelRepositoryParameter', 'map'],
  },
  RepositoryModelUnloadResponse: {},
} as const

export const inferenceProto: ProtoFile = {
  name: 'grpc_service.proto',
  package: 'inference',
  messages: { ...healthMessages, ...inferMessages, ...repositoryMessages, ...configMessages, ...statisticsMessages },
  enums: configEnums,
  services: {
    GRPCInferenceService: {
      ServerLive: ['ServerLiveRequest', 'ServerLiveResponse'],
      ServerReady: ['ServerReadyRequest', 'ServerReadyResponse'],
      ModelReady: ['ModelReadyRequest', 'ModelReadyResponse'],
      ServerMetadata: ['ServerMetadataRequest', 'ServerMetadataResponse'],
      ModelMetadata: ['ModelMetadataRequest', 'ModelMetadataResponse'],
      ModelInfer: ['ModelInferRequest', 'ModelInferResponse'],
      ModelStreamInfer: ['ModelInferRequest', 'ModelStreamInferResponse', 'both'],
      ModelConfig: ['ModelConfigRequest', 'ModelConfigResponse'],
      ModelStatistics: ['ModelStatisticsRequest', 'ModelStatisticsResponse'],
      RepositoryIndex: ['RepositoryIndexRequest', 'RepositoryIndexResponse'],
      RepositoryModelLoad: ['RepositoryModelLoadRequest', 'RepositoryModelLoadResponse'],
      RepositoryModelUnload: ['RepositoryModelUnloadRequest', 'RepositoryModelUnloadResponse'],
    },
  },
}
