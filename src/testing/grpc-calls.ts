import { type ClientHttp2Session, constants, type IncomingHttpHeaders } from 'node:http2'
import { kernelErrors } from '../kernel/errors.ts'
import type { GrpcService } from '../kernel/grpc-service.ts'

/** A message with the prefix of gRPC. */
export function grpcFrame(text: string): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(body.byteLength, 1)
  return Buffer.concat([head, body])
}

export interface GrpcAnswer {
  readonly status: string
  readonly message: string
  readonly headers: IncomingHttpHeaders
  /** Texts of the messages. */
  readonly messages: readonly string[]
}

/** One call in the raw; ends its side after the texts, or stays open and is reset when `cancelled` aborts. */
export function grpcCall(
  session: ClientHttp2Session,
  path: string,
  given: {
    readonly texts?: readonly string[]
    readonly headers?: Record<string, string>
    readonly cancelled?: AbortSignal
  } = {},
): Promise<GrpcAnswer> {
  const { texts = [''], headers = {}, cancelled } = given
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  })
  let head: IncomingHttpHeaders = {}
  let trailers: IncomingHttpHeaders = {}
  const chunks: Buffer[] = []
  stream.on('response', (sent) => {
    head = sent
  })
  stream.on('trailers', (sent) => {
    trailers = sent
  })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', () => {})
  // The status is there: what is not sent yet is of no use.
  stream.on('end', () => stream.end())
  for (const text of texts) stream.write(grpcFrame(text))
  if (cancelled === undefined) stream.end()
  else cancelled.addEventListener('abort', () => stream.close(constants.NGHTTP2_CANCEL), { once: true })
  return new Promise((resolve) => {
    stream.on('close', () => {
      const status = trailers['grpc-status'] ?? head['grpc-status'] ?? 'none'
      const message = decodeURIComponent(String(trailers['grpc-message'] ?? head['grpc-message'] ?? ''))
      resolve({ status: String(status), message, headers: head, messages: textsOf(Buffer.concat(chunks)) })
    })
  })
}

function textsOf(bytes: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1)
    texts.push(bytes.subarray(at + 5, end).toString())
    at = end
  }
  return texts
}

/** A service of boats: says what it is told, talks, waits until nobody does, and fails in the middle of an answer. */
export function boatsService(): GrpcService & { readonly over: string[] } {
  const over: string[] = []
  return {
    name: 'test.Boats',
    allow: 'boats:write',
    over,
    statusOf: { invalid_input: 9 },
    methods: {
      Hail: {
        kind: 'unary',
        run: (message, call) => ({
          frame: grpcFrame(`${message} ${call.metadata['x-flag'] ?? ''}`),
          headers: { 'x-from': String(call.metadata['x-forwarded-for'] ?? 'nobody') },
        }),
      },
      Talk: {
        kind: 'stream',
        run: async (messages, _call, send) => {
          for await (const message of messages) await send(grpcFrame(`${message}!`))
        },
      },
      Sink: {
        kind: 'stream',
        run: async (messages, _call, send) => {
          for await (const message of messages) await send(grpcFrame(`${message}?`))
          throw kernelErrors.invalid_input({ problems: 'a leak' })
        },
      },
      Wait: {
        kind: 'stream',
        run: (_messages, call) =>
          new Promise((resolve) =>
            call.onOver(() => {
              over.push(String(call.metadata['x-flag']))
              resolve()
            }),
          ),
      },
    },
  }
}
