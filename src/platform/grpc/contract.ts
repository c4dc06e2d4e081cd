import type { IncomingHttpHeaders } from 'node:http2'

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

/** What a method may know about the call it answers. */
export interface GrpcCall {
  readonly metadata: IncomingHttpHeaders
  /** Monotonic ms at which the call arrived. */
  readonly startedAt: number
  /** True once nobody waits for the answer: cancelled, connection lost, deadline passed. Work not begun may be left. */
  readonly isOver: () => boolean
  /** Called once when the call is over early; at once when it already is. */
  readonly onOver: (listener: () => void) => void
}

/** A framed answer comes from `WireWriter.frame()`, which leaves room for the prefix so that nothing is copied. */
export interface GrpcReply {
  readonly frame: Buffer
  /** Initial metadata. */
  readonly headers?: Readonly<Record<string, string>>
}

export type GrpcMethod =
  | {
      readonly kind: 'unary'
      /** Answered without a token: health, and nothing that shows data. */
      readonly isPublic?: boolean
      readonly run: (message: Buffer, call: GrpcCall) => Promise<GrpcReply> | GrpcReply
    }
  | {
      readonly kind: 'stream'
      readonly isPublic?: boolean
      /** The call ends with status 0 when this resolves. `send` waits while the client does not read. */
      readonly run: (
        messages: AsyncIterable<Buffer>,
        call: GrpcCall,
        send: (frame: Buffer) => Promise<void>,
      ) => Promise<void>
    }

export interface GrpcService {
  /** Full name: `inference.GRPCInferenceService`. */
  readonly name: string
  readonly methods: Readonly<Record<string, GrpcMethod>>
}
