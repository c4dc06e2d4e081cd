import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { errorKinds, toAppError } from '../../kernel/errors.ts'
import type { GrpcCall } from '../../kernel/grpc-service.ts'
import type { Clock } from '../runtime/index.ts'
import { GrpcError, grpcStatus } from './contract.ts'
import { acceptedEncodings, answerEncoding, compressFrame } from './frames.ts'
import { statusMessage, timeoutMs } from './metadata.ts'

/** Status codes for error codes whose kind means another one. */
export type StatusTable = Readonly<Record<string, number>>

export interface CallEnv {
  readonly clock: Clock
  readonly statusOf?: StatusTable | undefined
}

/** The server's side of one call: knows whether somebody waits, and writes headers, messages and the status. */
export class ServerCall implements GrpcCall {
  readonly metadata: IncomingHttpHeaders
  readonly startedAt: number
  readonly #stream: ServerHttp2Stream
  readonly #encoding: 'gzip' | 'deflate' | undefined
  #isOver = false
  #isAnswered = false
  #listeners: (() => void)[] | undefined
  #deadline: NodeJS.Timeout | undefined

  readonly #statusOf: StatusTable

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, env: CallEnv) {
    this.metadata = headers
    this.startedAt = env.clock.monotonic()
    this.#stream = stream
    this.#statusOf = env.statusOf ?? {}
    this.#encoding = answerEncoding(headers['grpc-encoding'])
    stream.on('close', () => {
      clearTimeout(this.#deadline)
      if (!this.#isAnswered) this.#end()
    })
  }

  isOver = (): boolean => this.#isOver

  onOver = (listener: () => void): void => {
    if (this.#isOver) listener()
    else {
      this.#listeners ??= []
      this.#listeners.push(listener)
    }
  }

  /** Answers "deadline exceeded" when the client's time is up, whatever the method still does. */
  watchDeadline(): void {
    const limit = timeoutMs(this.metadata)
    if (limit === undefined) return
    this.#deadline = setTimeout(
      () => {
        if (!this.#isAnswered) this.fail(new GrpcError(grpcStatus.deadlineExceeded, 'Deadline Exceeded'))
      },
      Math.min(limit, 2 ** 31 - 1),
    )
  }

  /** One message and the status. */
  async reply(frame: Buffer, headers: Readonly<Record<string, string>> | undefined): Promise<void> {
    const packed = this.#encoding === undefined ? frame : await compressFrame(frame, this.#encoding)
    if (!this.#isOpen()) return
    this.#begin(headers)
    this.#isAnswered = true
    this.#stream.end(packed)
  }

  /** One of many messages; resolves when the client keeps up. */
  async send(frame: Buffer): Promise<void> {
    const packed = this.#encoding === undefined ? frame : await compressFrame(frame, this.#encoding)
    if (!this.#isOpen()) return
    if (!this.#stream.headersSent) this.#begin()
    if (this.#stream.write(packed)) return
    await new Promise<void>((resolve) => {
      this.#stream.once('drain', resolve)
      this.#stream.once('close', resolve)
    })
  }

  /** The status after the last message. */
  finish(): void {
    if (!this.#isOpen()) return
    if (!this.#stream.headersSent) this.#begin()
    this.#isAnswered = true
    this.#stream.end()
  }

  fail(error: unknown): void {
    if (!this.#isOpen()) return
    this.#isAnswered = true
    const status = statusHeaders(error, this.#statusOf)
    if (this.#stream.headersSent) {
      this.#trailers = status
      this.#stream.end()
    } else this.#stream.respond({ ...answerHeaders, ...status }, { endStream: true })
    this.#end()
    if (!this.#stream.readableEnded) this.#discardRest()
  }

  /** Nothing can be written to a stream that is closed, which it is before it is destroyed when not all of it was read. */
  #isOpen(): boolean {
    return !this.#isAnswered && !this.#stream.closed && !this.#stream.destroyed
  }

  #trailers: Readonly<Record<string, string>> = okTrailers

  #begin(headers: Readonly<Record<string, string>> = {}): void {
    // As a list: node writes it as it is, an object it would first copy and check.
    const list = [':status', '200', 'content-type', 'application/grpc']
    if (this.#encoding !== undefined) list.push('grpc-encoding', this.#encoding)
    for (const name in headers) list.push(name, headers[name] ?? '')
    this.#stream.respond(list, responseOptions)
    this.#stream.on('wantTrailers', () => this.#stream.sendTrailers(this.#trailers))
  }

  /** What the client still sends is of no use; clients stop by themselves when they have the status. */
  #discardRest(): void {
    const limit = setTimeout(() => this.#stream.close(), discardMs)
    this.#stream.on('close', () => clearTimeout(limit))
    this.#stream.removeAllListeners('data')
    this.#stream.resume()
  }

  #end(): void {
    this.#isOver = true
    for (const listener of this.#listeners ?? []) listener()
  }
}

/** Resetting the stream at once would overtake the status in some clients. */
const discardMs = 10_000

const answerHeaders = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': acceptedEncodings,
}
const responseOptions = { waitForTrailers: true, sendDate: false } as const
const okTrailers = { 'grpc-status': '0' }

function statusHeaders(error: unknown, statusOf: StatusTable): Record<string, string> {
  if (error instanceof GrpcError)
    return { 'grpc-status': String(error.status), 'grpc-message': statusMessage(error.message) }
  const failure = toAppError(error)
  const text = failure.hint === undefined ? failure.message : `${failure.message} ${failure.hint}`
  return {
    'grpc-status': String(statusOf[failure.code] ?? errorKinds[failure.kind].grpc),
    'grpc-message': statusMessage(text),
  }
}
