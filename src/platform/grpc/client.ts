import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import type { LookupFunction } from 'node:net'
import { GrpcError, grpcStatus } from './contract.ts'
import { FrameCutter } from './frames.ts'

/**
 * Unary calls to a gRPC server elsewhere, over one connection that is opened with the first call and again after it was
 * lost. Calls end with their deadline whatever the server does.
 */
export interface GrpcClient {
  /** `frame` comes from `WireWriter.frame()`. Throws `GrpcError`: 14 when the server cannot be reached, 4 when it is late. */
  unary(path: string, frame: Buffer): Promise<Buffer>
  close(): void
}

export interface GrpcClientOptions {
  /** `http://host:port`, or `https:` for TLS. */
  readonly authority: string
  readonly timeoutMs: number
  /** Largest answer that is read. */
  readonly limitBytes: number
  readonly metadata?: Readonly<Record<string, string>>
  readonly lookup?: LookupFunction | undefined
}

const window = 8 * 1024 * 1024

export function createGrpcClient(options: GrpcClientOptions): GrpcClient {
  let session: ClientHttp2Session | undefined

  function current(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const { authority, lookup } = options
    const opened = connect(authority, { lookup, settings: { enablePush: false, initialWindowSize: window } })
    opened.on('connect', () => opened.setLocalWindowSize(window))
    // Each call learns of it by its own stream.
    opened.on('error', () => opened.destroy())
    opened.on('goaway', () => opened.close())
    opened.unref()
    session = opened
    return opened
  }

  return {
    unary: (path, frame) => {
      const used = current()
      return callOnce(options, { session: used, path, frame }).catch((error) => {
        // A connection that swallows calls is left to those that are under way; the next call opens another.
        if (error instanceof GrpcError && error.status === grpcStatus.deadlineExceeded) used.close()
        throw error
      })
    },
    close: () => session?.destroy(),
  }
}

interface Call {
  readonly session: ClientHttp2Session
  readonly path: string
  readonly frame: Buffer
}

function callOnce(options: GrpcClientOptions, { session, path, frame }: Call): Promise<Buffer> {
  const { timeoutMs, limitBytes, metadata } = options
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${Math.ceil(timeoutMs)}m`,
      'grpc-accept-encoding': 'identity',
      ...metadata,
    })
    let sessionProblem: Error | undefined
    const onSessionError = (error: Error) => {
      sessionProblem = error
    }
    session.once('error', onSessionError)
    const timer = setTimeout(() => {
      reject(new GrpcError(grpcStatus.deadlineExceeded, `no answer within ${timeoutMs} ms`))
      stream.close()
    }, timeoutMs)
    const answer = collect(stream, limitBytes, reject)
    stream.on('error', (error) => reject(unavailable(sessionProblem ?? error)))
    stream.on('close', () => {
      clearTimeout(timer)
      session.off('error', onSessionError)
      try {
        resolve(answer.finish())
      } catch (error) {
        reject(sessionProblem === undefined ? error : unavailable(sessionProblem))
      }
    })
    stream.end(frame)
  })
}

function collect(stream: ClientHttp2Stream, limitBytes: number, reject: (error: unknown) => void) {
  const cutter = new FrameCutter(limitBytes)
  let head: IncomingHttpHeaders = {}
  let trailers: IncomingHttpHeaders = {}
  let message: Buffer | undefined
  stream.on('response', (headers) => {
    head = headers
  })
  stream.on('trailers', (headers) => {
    trailers = headers
  })
  stream.on('data', (chunk: Buffer) => {
    try {
      cutter.push(chunk)
      const frame = cutter.take()
      if (frame === undefined) return
      if (frame.isCompressed)
        throw new GrpcError(grpcStatus.internal, 'the answer is compressed, which was not asked for')
      message = frame.body
    } catch (error) {
      reject(error)
      stream.close()
    }
  })
  return { finish: () => readAnswer(head, trailers, message) }
}

function readAnswer(head: IncomingHttpHeaders, trailers: IncomingHttpHeaders, message: Buffer | undefined): Buffer {
  // A call that fails at once has its status among the headers.
  const status = trailers['grpc-status'] ?? head['grpc-status']
  if (status === undefined) {
    const seen = head[':status']
    const problem = seen === undefined ? 'the connection was closed' : `it answered HTTP ${seen} without a gRPC status`
    throw new GrpcError(grpcStatus.unavailable, problem)
  }
  const code = Number(status)
  if (code !== grpcStatus.ok) throw new GrpcError(code, readMessage(trailers['grpc-message'] ?? head['grpc-message']))
  if (message === undefined) throw new GrpcError(grpcStatus.internal, 'the answer has no message')
  return message
}

function readMessage(text: unknown): string {
  try {
    return decodeURIComponent(String(text ?? ''))
  } catch {
    return String(text)
  }
}

function unavailable(error: Error): GrpcError {
  // Trying several addresses of a name fails with all their reasons.
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : []
  return new GrpcError(grpcStatus.unavailable, first?.message ?? error.message)
}
