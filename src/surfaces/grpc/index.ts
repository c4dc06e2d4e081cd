/**
 * gRPC on the public port: the services of all dialects behind one server, which names none of them. Connections belong to
 * whoever answers a service in this process's place, where there is such a process; it passes back what it does not know.
 */
export { createGrpc, type OwnedServices } from './grpc.ts'
