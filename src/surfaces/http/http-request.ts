import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable, Transform } from 'node:stream'
import { anonymous, type Principal } from '../../kernel/actor.ts'
import { kernelErrors } from '../../kernel/errors.ts'
import type { RawRequest } from '../../kernel/route.ts'
import { queryOf } from '../../platform/http/index.ts'
import type { Drain } from './drain.ts'

const noBytes = new Uint8Array()

/** What was found out about a request before anything else looks at it. */
export interface Found {
  readonly requestId: string
  readonly params: Readonly<Record<string, string>>
  /** Largest body. */
  readonly limitBytes: number
  readonly drain: Drain
}

/** One request as operations and routes know it. The abort controller is made only when someone asks for the signal. */
export class HttpRequest implements RawRequest {
  readonly requestId: string
  readonly params: Readonly<Record<string, string>>
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  /** Nobody, until a route that is not public wants to know. */
  principal: Principal = anonymous
  /** As the route takes it: parsed JSON, bytes or the stream; undefined for none. */
  body: unknown
  readonly #limitBytes: number
  readonly #drain: Drain
  readonly #response: ServerResponse
  #controller: AbortController | undefined
  #stream: Readable | undefined

  constructor(message: IncomingMessage, response: ServerResponse, found: Found) {
    this.requestId = found.requestId
    this.params = found.params
    this.method = message.method ?? ''
    this.url = message.url ?? ''
    this.headers = message.headers
    this.#limitBytes = found.limitBytes
    this.#drain = found.drain
    this.#response = response
  }

  get query() {
    return queryOf(this.url)
  }

  get bytes() {
    return this.body instanceof Uint8Array ? this.body : noBytes
  }

  get stream() {
    if (this.#stream === undefined) this.#stream = limited(this.body, this.#limitBytes)
    return this.#stream
  }

  /** Aborts when the caller goes away before the answer is complete, or the drain has waited long enough. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController()
      const response = this.#response
      const release = this.#drain.track(controller)
      response.once('close', () => {
        release()
        if (!response.writableFinished) controller.abort(new Error('the caller went away'))
      })
      if (response.closed) controller.abort(new Error('the caller went away'))
      this.#controller = controller
    }
    return this.#controller.signal
  }

  /** Streams that would never end by themselves (server-sent events) end as soon as a drain begins. */
  endWithDrain(): void {
    void this.signal
    if (this.#controller !== undefined) this.#drain.endEarly(this.#controller)
  }
}

/** The body as a stream that fails with `body_too_large` once it passes the limit. */
function limited(body: unknown, limitBytes: number): Readable {
  if (!(body instanceof Readable)) return Readable.from([])
  if (limitBytes === Number.MAX_SAFE_INTEGER) return body
  let seen = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > limitBytes) done(kernelErrors.body_too_large({ limitBytes }))
      else done(null, chunk)
    },
  })
  body.on('error', (error) => counter.destroy(error))
  body.on('aborted', () => counter.destroy(new Error('the caller went away')))
  return body.pipe(counter)
}
