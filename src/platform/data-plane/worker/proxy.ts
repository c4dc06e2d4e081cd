import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/**
 * Everything that is not inference goes on to the control plane over its unix socket, streamed both ways. While the
 * control plane is away the answer is a clear 503; inference is not touched by that.
 */
export function createProxy(controlSocket: string): (request: IncomingMessage, response: ServerResponse) => void {
  // As many at once as there are callers: a page of the UI holds one open, and whoever comes after must not wait for it.
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  return (request, response) => {
    const upstream = httpRequest({
      socketPath: controlSocket,
      agent,
      method: request.method,
      path: request.url,
      headers: forwardedHeaders(request),
      setHost: false,
    })
    upstream.on('continue', () => response.writeContinue())
    upstream.on('information', ({ statusCode }) => {
      if (statusCode === 102) response.writeProcessing()
    })
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders))
      // Headers leave at once: an event stream may be silent for long.
      response.flushHeaders()
      pipeline(answer, response, () => {})
    })
    upstream.on('error', () => {
      if (response.headersSent) response.destroy()
      else refuse(request, response)
    })
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
    request.on('error', () => upstream.destroy())
  }
}

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'])

function forwardedHeaders(request: IncomingMessage): string[] {
  const headers = endToEnd(request.rawHeaders)
  const from = request.socket.remoteAddress
  if (from !== undefined) headers.push('X-Forwarded-For', from)
  return headers
}

/** Raw header pairs without those that concern one connection only; `Transfer-Encoding` stays, it frames the body. */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, raw[i + 1] ?? '')
  }
  return kept
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify({
    status: 503,
    code: 'control_plane_away',
    title: 'unavailable',
    detail: 'The server is starting or stopped; predictions go on, everything else must wait.',
  })
  response.writeHead(503, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Retry-After': '1',
    Connection: request.complete ? 'keep-alive' : 'close',
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
