import { promisify } from 'node:util'
import { deflate, gunzip, gzip, inflate } from 'node:zlib'
import { kernelErrors } from '../../kernel/errors.ts'
import { GrpcError, grpcStatus } from './contract.ts'

/**
 * Messages in the body of a stream: one byte that says whether it is compressed, four of length, the message
 * (grpc/grpc doc/PROTOCOL-HTTP2.md). The size limit holds for the message as sent and again once decompressed.
 */
export interface Frame {
  readonly isCompressed: boolean
  readonly body: Buffer
}

const prefixBytes = 5
/** Compressing less than this makes it longer or saves nothing. */
const worthCompressing = 1024

const encodings = {
  gzip: { pack: promisify(gzip), unpack: promisify(gunzip) },
  // "deflate" is the zlib format here as in HTTP.
  deflate: { pack: promisify(deflate), unpack: promisify(inflate) },
}

/** What requests may be compressed with. */
export const acceptedEncodings = 'identity,deflate,gzip'

/** Cuts chunks as they come into frames. Throws `body_too_large` as soon as a prefix announces too much. */
export class FrameCutter {
  readonly #limitBytes: number
  #parts: Buffer[] = []
  #size = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  push(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#size += chunk.byteLength
  }

  /** The next whole frame, if it is there. */
  take(): Frame | undefined {
    if (this.#size < prefixBytes) return undefined
    const head = this.#join(prefixBytes)
    const length = head.readUInt32BE(1)
    if (length > this.#limitBytes) throw kernelErrors.body_too_large({ limitBytes: this.#limitBytes })
    if (this.#size < prefixBytes + length) return undefined
    const all = this.#join(prefixBytes + length)
    const flag = all[0] ?? 0
    if (flag > 1) throw new GrpcError(grpcStatus.internal, `a message begins with ${flag} where 0 or 1 belongs`)
    const rest = all.subarray(prefixBytes + length)
    this.#parts = rest.byteLength === 0 ? [] : [rest]
    this.#size = rest.byteLength
    return { isCompressed: flag === 1, body: all.subarray(prefixBytes, prefixBytes + length) }
  }

  /** Bytes of a frame that is not whole. */
  get rest(): number {
    return this.#size
  }

  /** The first part, long enough; parts are joined only when a frame is complete or its prefix is cut. */
  #join(count: number): Buffer {
    const [first] = this.#parts
    if (first !== undefined && first.byteLength >= count) return first
    const joined = Buffer.concat(this.#parts)
    this.#parts = [joined]
    return joined
  }
}

export async function decompress({ body }: Frame, encoding: unknown, limitBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity')
    throw new GrpcError(grpcStatus.internal, 'a message is compressed, but grpc-encoding names no compression')
  const known = encodings[encoding as keyof typeof encodings]
  if (known === undefined)
    throw new GrpcError(
      grpcStatus.unimplemented,
      `grpc-encoding ${encoding} is not supported; use one of ${acceptedEncodings}`,
    )
  try {
    return await known.unpack(body, { maxOutputLength: limitBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw kernelErrors.body_too_large({ limitBytes })
    throw new GrpcError(grpcStatus.internal, `a message is not valid ${encoding}`)
  }
}

/** Answers go out as the requests came in: compressed for clients that compress. */
export function answerEncoding(encoding: unknown): 'gzip' | 'deflate' | undefined {
  return encoding === 'gzip' || encoding === 'deflate' ? encoding : undefined
}

export async function compressFrame(frame: Buffer, encoding: 'gzip' | 'deflate' | undefined): Promise<Buffer> {
  if (encoding === undefined || frame.byteLength < worthCompressing) return frame
  const body = await encodings[encoding].pack(frame.subarray(prefixBytes))
  const head = Buffer.alloc(prefixBytes)
  head[0] = 1
  head.writeUInt32BE(body.byteLength, 1)
  return Buffer.concat([head, body])
}
