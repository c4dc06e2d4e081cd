/** Status codes of gRPC that are not the meaning of an error kind (grpc/grpc doc/statuscodes.md). */
export const grpcStatus = {
  ok: 0,
  cancelled: 1,
  deadlineExceeded: 4,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const

/** A failure with a status of its own; any other error is answered by its kind. */
export class GrpcError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'GrpcError'
    this.status = status
  }
}
