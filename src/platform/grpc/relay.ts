import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { grpcStatus } from './contract.ts'
import { statusMessage } from './metadata.ts'

/**
 * Passes calls on to the server behind a unix socket, streamed both ways: metadata, deadline, cancellation and trailers are
 * theirs, and so is the check of who calls. While nobody answers there, calls end with the status "unavailable".
 */
export type GrpcRelay = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

const window = 1024 * 1024

export function createGrpcRelay(socketPath: string): GrpcRelay {
  let session: ClientHttp2Session | undefined

  function current(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const settings = { enablePush: false, initialWindowSize: window }
    const opened = connect('http://localhost', { settings, createConnection: () => connectSocket(socketPath) })
    opened.on('connect', () => opened.setLocalWindowSize(window * 8))
    // Each call learns of it by its own stream.
    opened.on('error', () => opened.destroy())
    opened.on('goaway', () => opened.close())
    opened.unref()
    session = opened
    return opened
  }

  return (stream, headers) => passOn(stream, current().request(forwardedHeaders(stream, headers)))
}

function passOn(stream: ServerHttp2Stream, upstream: ClientHttp2Stream): void {
  let trailers: IncomingHttpHeaders = away
  const isOpen = () => !stream.closed && !stream.destroyed
  stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.on('close', () => upstream.close(constants.NGHTTP2_CANCEL))
  stream.pipe(upstream)
  upstream.on('response', (head, flags) => {
    if (!isOpen()) return
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
    stream.respond(head, isWhole ? { endStream: true } : { waitForTrailers: true })
    if (!isWhole) upstream.pipe(stream)
  })
  upstream.on('trailers', (given) => {
    trailers = given
  })
  // Resets by either side are told by 'close' as well; unheard, they would end the process.
  upstream.on('error', () => {})
  upstream.on('close', () => {
    if (!isOpen()) return
    if (stream.headersSent) stream.end()
    else stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...away }, { endStream: true })
    stream.resume()
  })
}

/** What a client is told when the server behind the socket is not there, or goes away before it has answered. */
const away = {
  'grpc-status': String(grpcStatus.unavailable),
  'grpc-message': statusMessage('The server is starting or stopped; predictions go on, everything else must wait.'),
}

function forwardedHeaders(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const from = stream.session?.socket.remoteAddress
  return from === undefined ? headers : { ...headers, 'x-forwarded-for': from }
}
