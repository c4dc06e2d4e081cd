/**
 * gRPC over cleartext HTTP/2, on a port that HTTP/1.1 shares: framing, compression, deadlines, cancellation, status, health
 * and reflection, and the protocol buffers codec under them. Services are data: a method is a name, whether it streams,
 * and a function from bytes to bytes. It knows no service of its own.
 */
export { createGrpcClient, type GrpcClient } from './client.ts'
export { type ProtoCodec, protoCodec } from './codec.ts'
export { type GrpcCall, GrpcError, type GrpcMethod, type GrpcReply, type GrpcService, grpcStatus } from './contract.ts'
export { type HealthCheck, healthService } from './health.ts'
export type { ProtoFile, ProtoValue } from './proto-file.ts'
export { reflectionServices } from './reflection.ts'
export { createGrpcServer, type GrpcServer, type GrpcServerOptions } from './server.ts'
export { type SharedPort, shareWithHttp2 } from './shared-port.ts'
export { WireReader } from './wire-reader.ts'
export { WireWriter } from './wire-writer.ts'
