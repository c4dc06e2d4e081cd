import type { ServerResponse } from 'node:http'
import { finished, Readable } from 'node:stream'
import type { RawResponse } from '../../kernel/route.ts'
import type { Drain } from './drain.ts'

/** What a reply needs to know beside the answer. */
export interface ReplyContext {
  readonly requestId: string
  /** HEAD of a route for GET: what the answer would be, without its body. */
  readonly isHeadOfGet: boolean
  readonly drain: Drain
}

/** Writes the answer to one request: whole answers at once, streams as fast as the client takes them. */
export class Reply {
  /** A body that was not read to its end leaves the connection unusable. */
  closesConnection = false
  readonly #response: ServerResponse
  readonly #context: ReplyContext

  constructor(response: ServerResponse, context: ReplyContext) {
    this.#response = response
    this.#context = context
  }

  /** False once bytes have left, or nobody is there to read them: what fails now can only end the connection. */
  get canSend(): boolean {
    return !this.#response.headersSent && !this.#response.destroyed
  }

  /** Rejects when a stream fails before its first byte; another answer may be sent then. */
  async send({ status = 200, headers: given = {}, body }: RawResponse): Promise<void> {
    const headers = this.#headersOf(given)
    if (body instanceof Readable) return this.#sendStream(status, headers, body)
    const content = body === undefined ? undefined : contentOf(body, headers)
    this.#sendWhole(status, headers, content)
  }

  /** Ends the connection, which tells the client that the answer is not complete. */
  cutOff(): void {
    this.#response.destroy()
  }

  #headersOf(given: Readonly<Record<string, string>>): Headers {
    const headers: Headers = { 'x-request-id': this.#context.requestId }
    for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value
    return headers
  }

  /** When the answer leaves and not when the request came: who waited through the begin of a drain must learn it too. */
  #addConnection(headers: Headers): void {
    if (this.closesConnection || this.#context.drain.hasBegun) headers.connection = 'close'
  }

  #sendWhole(status: number, headers: Headers, content: string | Uint8Array | undefined): void {
    const response = this.#response
    const isHead = response.req.method === 'HEAD'
    this.#addConnection(headers)
    if (status === 204 && content !== undefined) {
      delete headers['content-type']
      delete headers['content-length']
    } else if (this.#context.isHeadOfGet || (content !== undefined && !(isHead && 'content-length' in headers)))
      headers['content-length'] = String(content === undefined ? 0 : Buffer.byteLength(content))
    else if (content === undefined && !isHead && status !== 204 && status !== 304) headers['content-length'] = '0'
    // One that was begun and refused for its headers leaves its words behind.
    response.statusMessage = ''
    response.writeHead(status, headers)
    if (content === undefined || isHead || status === 204) response.end()
    else response.end(content)
  }

  async #sendStream(status: number, headers: Headers, body: Readable): Promise<void> {
    const response = this.#response
    this.#addConnection(headers)
    if (response.req.method === 'HEAD' || status === 204) {
      body.on('error', () => {}).destroy()
      response.writeHead(status, headers)
      response.end()
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // Headers leave with the first byte, so that what fails before it can still be answered.
    finished(body, { writable: false }, (error) => {
      if (error === undefined || error === null) return
      if (this.canSend) reject(error)
      else this.cutOff()
    })
    finished(response, () => {
      body.destroy()
      resolve()
    })
    response.statusCode = status
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    body.pipe(response)
    return promise
  }
}

type Headers = Record<string, string>

/** The body as it goes out; completes its content type. */
function contentOf(body: object | string, headers: Headers): string | Uint8Array {
  const type = headers['content-type']
  if (body instanceof Uint8Array) {
    headers['content-type'] = type ?? 'application/octet-stream'
    return body
  }
  if (typeof body !== 'string') {
    headers['content-type'] = withCharset(type ?? 'application/json')
    return JSON.stringify(body)
  }
  headers['content-type'] = type === undefined ? 'text/plain; charset=utf-8' : withCharset(type)
  return body
}

/** JSON as text says how it is encoded. */
function withCharset(type: string): string {
  return /^[^;]*json/i.test(type) && !/;\s*charset=/i.test(type) ? `${type}; charset=utf-8` : type
}
