import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { inferenceErrors } from '../../inference/index.ts'
import type { WireOptions } from '../remote-client.ts'

/** Requests to a remote server over connections that are kept. Redirects are answers like any other. */
export interface HttpWire {
  /** Throws `inference_remote_away` when there is no answer in time, `inference_remote_wrong` when it is too long. */
  send(request: WireRequest): Promise<WireAnswer>
  close(): void
}

export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Behind the path of the URL. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
}

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A kept connection that the other side just closed: the request did not reach a server and is sent once more. */
class Stale extends Error {}

export function openHttpWire(options: WireOptions): HttpWire {
  const { url, connections, authorization, lookup } = options
  const { protocol, host, pathname } = new URL(url)
  const isSecure = protocol === 'https:'
  const settings = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' } as const
  const agent = isSecure ? new SecureAgent(settings) : new Agent(settings)
  const base = pathname.replace(/\/$/, '')
  const credentials: Record<string, string> = authorization === undefined ? {} : { authorization }

  function once({ method, path, headers, body }: WireRequest, isFresh = false): Promise<WireAnswer> {
    const target = new URL(url)
    target.pathname = `${base}${path}`
    const start = isSecure ? requestHttps : requestHttp
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.byteLength) }
      const request = start(target, {
        method,
        agent: isFresh ? false : agent,
        lookup,
        headers: { ...headers, ...credentials, ...length },
      })
      const late = () => request.destroy(remoteAway(host, `no answer within ${options.timeoutMs} ms`, true))
      const timer = setTimeout(late, options.timeoutMs)
      request.on('close', () => clearTimeout(timer))
      request.on('error', (error) => reject(toFailure(error, host, request.reusedSocket)))
      request.on('response', (response) => collect(response, options).then(resolve, reject))
      request.end(body)
    })
  }

  return {
    send: (request) =>
      once(request).catch((error) => {
        // On a connection of its own: other kept ones may be closed as well.
        if (error instanceof Stale) return once(request, true)
        throw error
      }),
    close: () => agent.destroy(),
  }
}

function collect(response: IncomingMessage, { url, answerBytes }: WireOptions): Promise<WireAnswer> {
  const { host } = new URL(url)
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    response.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      chunks.push(chunk)
      if (size <= answerBytes) return
      reject(inferenceErrors.inference_remote_wrong({ host, problem: `it is longer than ${answerBytes} bytes.` }))
      response.destroy()
    })
    response.on('error', (error) => reject(toFailure(error, host, false)))
    response.on('end', () => {
      const { statusCode: status = 0, headers } = response
      resolve({ status, headers, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) })
    })
  })
}

function toFailure(error: NodeJS.ErrnoException, host: string, isReused: boolean): Error {
  if ('kind' in error) return error
  if (isReused && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return new Stale(error.message)
  // Trying several addresses of a name fails with all their reasons.
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : []
  return remoteAway(host, first?.message ?? error.message, false)
}

/** `isLate`: it was connected, and may answer others. */
export function remoteAway(host: string, problem: string, isLate: boolean): Error {
  return inferenceErrors.inference_remote_away({ host, problem, isLate })
}
