import type { IncomingHttpHeaders } from 'node:http2'
import type { Permission } from './operation.ts'

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

/** A gRPC service as data, as `RawRoute` is for HTTP: a name, and for each method a function from bytes to bytes. */
export interface GrpcService {
  /** Full name: `inference.GRPCInferenceService`. */
  readonly name: string
  /** What its methods need that are not public. */
  readonly allow: Permission
  readonly methods: Readonly<Record<string, GrpcMethod>>
  /** Status codes for error codes whose kind means another one. */
  readonly statusOf?: Readonly<Record<string, number>>
  /**
   * Unix socket of a process that answers this service now in the place of this one; undefined while there is none. New
   * connections are then handed to it whole, and calls on those that there are sent away, which clients repeat by themselves.
   */
  readonly elsewhere?: () => Promise<string | undefined>
}
