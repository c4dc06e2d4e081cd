import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { inferenceErrors } from '../inference/index.ts'

/** Passes a request that reached the control plane on to a worker, streamed both ways. */
export interface ForwardedRequest {
  readonly method: string
  /** Path with query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly stream: Readable
  readonly signal: AbortSignal
}

const ownHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'])

/** Throws `inference_worker_away` when nobody answers on the socket. */
export function forwardInference(socketPath: string, given: ForwardedRequest): Promise<IncomingMessage> {
  const headers = Object.fromEntries(
    Object.entries(given.headers).filter(([name, value]) => !ownHeaders.has(name) && value !== undefined),
  ) as Record<string, string | string[]>
  return new Promise((resolve, reject) => {
    const { method, url, signal } = given
    const request = httpRequest({ socketPath, method, path: url, headers, setHost: false, signal })
    request.on('response', resolve)
    request.on('error', (cause) => reject(inferenceErrors.inference_worker_away({}, { cause })))
    given.stream.pipe(request)
  })
}
