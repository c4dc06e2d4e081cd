import { request as nodeRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Asked {
  readonly url: string
  readonly method?: string
  readonly headers?: Record<string, string>
  /** An object is sent as JSON. */
  readonly payload?: string | Buffer | object
}

export interface Answered {
  readonly statusCode: number | undefined
  readonly headers: Record<string, string | string[] | undefined>
  readonly rawPayload: Buffer
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads from an answer is its own business.
  json(): any
}

/** One request over a real socket, sent as written: no path is made regular, no header is refused. */
export function ask(port: number, asked: Asked | string): Promise<Answered> {
  const { url, method = 'GET', headers = {}, payload } = typeof asked === 'string' ? { url: asked } : asked
  const isJson = payload !== undefined && typeof payload !== 'string' && !Buffer.isBuffer(payload)
  const body = isJson ? JSON.stringify(payload) : payload
  const types = isJson ? { 'content-type': 'application/json' } : {}
  const lengths = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: url, method, headers: { ...types, ...lengths, ...headers } }
    const request = nodeRequest(options, async (response) => {
      const rawPayload = await buffer(response)
      resolve({
        statusCode: response.statusCode,
        headers: response.headers,
        rawPayload,
        body: String(rawPayload),
        json: () => JSON.parse(String(rawPayload)),
      })
    })
    request.on('error', reject).end(body)
  })
}
