import type { GrpcMethod, GrpcService } from '../../kernel/grpc-service.ts'
import { protoCodec } from './codec.ts'
import { fileDescriptor, symbolsOf } from './descriptor.ts'
import { healthFile } from './health.ts'
import type { ProtoFile, ProtoValue } from './proto-file.ts'

/**
 * Server reflection (grpc/grpc doc/server-reflection.md), in its two versions, which differ in the package only: how
 * grpcurl and the like learn the services without a .proto file.
 */
export function reflectionServices(files: readonly ProtoFile[]): GrpcService[] {
  const own = ['grpc.reflection.v1', 'grpc.reflection.v1alpha'].map(reflectionFile)
  const all = [...files, healthFile, ...own]
  const byName = new Map(all.map((file) => [file.name, file]))
  const bySymbol = new Map(all.flatMap((file) => symbolsOf(file).map((symbol) => [symbol, file] as const)))
  const services = all.flatMap((file) => Object.keys(file.services).map((name) => `${file.package}.${name}`)).sort()
  const descriptors = new Map(all.map((file) => [file, fileDescriptor(file)]))

  function answer(request: ProtoValue): ProtoValue {
    if (request.list_services !== undefined)
      return { list_services_response: { service: services.map((name) => ({ name })) } }
    const extension = request.file_containing_extension ?? request.all_extension_numbers_of_type
    if (extension !== undefined) return notFound('there are no extensions')
    const wanted = String(request.file_containing_symbol ?? request.file_by_filename)
    const file = request.file_by_filename === undefined ? bySymbol.get(wanted) : byName.get(wanted)
    if (file === undefined) return notFound(`${wanted} is not known here`)
    return { file_descriptor_response: { file_descriptor_proto: [descriptors.get(file)] } }
  }

  return own.map((file) => ({
    name: `${file.package}.ServerReflection`,
    allow: 'reference:read',
    methods: { ServerReflectionInfo: reflect(file, answer) },
  }))
}

const notFoundStatus = 5

function notFound(message: string): ProtoValue {
  return { error_response: { error_code: notFoundStatus, error_message: message } }
}

function reflect(file: ProtoFile, answer: (request: ProtoValue) => ProtoValue): GrpcMethod {
  const codec = protoCodec(file)
  return {
    kind: 'stream',
    run: async (messages, _call, send) => {
      for await (const message of messages) {
        const request = codec.decode('ServerReflectionRequest', message)
        const response = { valid_host: request.host, original_request: request, ...answer(request) }
        await send(codec.encode('ServerReflectionResponse', response).frame())
      }
    },
  }
}

function reflectionFile(name: string): ProtoFile {
  const request = { oneof: 'message_request' }
  const response = { oneof: 'message_response' }
  return {
    name: `${name.replaceAll('.', '/')}/reflection.proto`,
    package: name,
    messages: {
      ServerReflectionRequest: {
        host: [1, 'string'],
        file_by_filename: [3, 'string', request],
        file_containing_symbol: [4, 'string', request],
        file_containing_extension: [5, 'ExtensionRequest', request],
        all_extension_numbers_of_type: [6, 'string', request],
        list_services: [7, 'string', request],
      },
      ExtensionRequest: { containing_type: [1, 'string'], extension_number: [2, 'int32'] },
      ServerReflectionResponse: {
        valid_host: [1, 'string'],
        original_request: [2, 'ServerReflectionRequest'],
        file_descriptor_response: [4, 'FileDescriptorResponse', response],
        all_extension_numbers_response: [5, 'ExtensionNumberResponse', response],
        list_services_response: [6, 'ListServiceResponse', response],
        error_response: [7, 'ErrorResponse', response],
      },
      FileDescriptorResponse: { file_descriptor_proto: [1, 'bytes', 'repeated'] },
      ExtensionNumberResponse: { base_type_name: [1, 'string'], extension_number: [2, 'int32', 'repeated'] },
      ListServiceResponse: { service: [1, 'ServiceResponse', 'repeated'] },
      ServiceResponse: { name: [1, 'string'] },
      ErrorResponse: { error_code: [1, 'int32'], error_message: [2, 'string'] },
    },
    services: {
      ServerReflection: { ServerReflectionInfo: ['ServerReflectionRequest', 'ServerReflectionResponse', 'both'] },
    },
  }
}
