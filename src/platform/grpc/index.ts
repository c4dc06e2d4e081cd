/**
 * gRPC over cleartext HTTP/2, on a port that HTTP/1.1 shares: framing, compression, deadlines, cancellation, status, health
 * and reflection, and the protocol buffers codec under them. Services are data (kernel/grpc-service.ts); calls of services that
 * a server does not have can be passed on to another one. It knows no service of its own.
 */
export { createGrpcClient, type GrpcClient } from './client.ts'
export { type ProtoCodec, protoCodec } from './codec.ts'
export { GrpcError, grpcStatus } from './contract.ts'
export { type HealthCheck, healthService } from './health.ts'
export type { ProtoFile, ProtoValue } from './proto-file.ts'
export { reflectionServices } from './reflection.ts'
export { createGrpcRelay } from './relay.ts'
export { createGrpcServer, type GrpcServer, type GrpcServerOptions } from './server.ts'
export { type Http2Connections, type SharedPort, shareWithHttp2 } from './shared-port.ts'
export { WireReader } from './wire-reader.ts'
export { WireWriter } from './wire-writer.ts'
