import { Readable, Transform } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { runAs } from '../../kernel/actor.ts'
import { kernelErrors } from '../../kernel/errors.ts'
import { collectionOf } from '../../kernel/operation.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import { HttpCall } from './call.ts'
import type { HttpContext } from './http-context.ts'
import type { MountedRoute } from './mounted-routes.ts'
import { queryOf } from './query.ts'
import { requireRight } from './require-right.ts'
import { refuseAbsolute } from './safe-path.ts'

const defaultLimitBytes = 64 * 1024 * 1024
const noBytes = new Uint8Array()

/** Body parsers: bytes are collected up to the route's limit, streams are handed on as they arrive. */
export function acceptBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, bytes: string | Buffer) => bytes)
}

export function acceptStream(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', async (_request: unknown, payload: Readable) => payload)
}

/** A raw route of whatever body kind, whose parser is the scope's. */
export function rawRoute(raw: RawRoute, context: HttpContext) {
  const limitBytes = raw.limitBytes ?? (raw.body === 'stream' ? Number.MAX_SAFE_INTEGER : defaultLimitBytes)
  const rest = restName(raw.path)
  const permission = raw.allow
  const route: MountedRoute = {
    allow: permission,
    limitBytes,
    refusal: raw.refusal,
    answer: async (request, reply, params) => {
      if (rest !== undefined) refuseAbsolute(params[rest] ?? '', request.url)
      const call = new HttpCall(request, reply, { principal: request.principal, drain: context.drain })
      const asked = new FastifyRawRequest(request, { call, params, limitBytes })
      if (permission !== 'public') {
        const subjects = () => raw.subject?.(asked) ?? [collectionOf(permission)]
        await requireRight(context.access, request.principal, { permission, subjects })
      }
      const response = await runAs(call.principal, () => raw.run(asked))
      if (response.headers?.['content-type']?.startsWith('text/event-stream') === true) call.endWithDrain()
      return send(reply, response)
    },
  }
  return { method: raw.method, path: raw.path, route }
}

/** Name of the `{path*}` parameter, when the route ends in one. */
function restName(path: string): string | undefined {
  return /\{(\w+)\*\}$/.exec(path)?.[1]
}

class FastifyRawRequest implements RawRequest {
  readonly params: Readonly<Record<string, string>>
  readonly #request: FastifyRequest
  readonly #call: HttpCall
  readonly #limitBytes: number
  #stream: Readable | undefined

  constructor(
    request: FastifyRequest,
    context: { call: HttpCall; params: Readonly<Record<string, string>>; limitBytes: number },
  ) {
    this.#request = request
    this.#call = context.call
    this.#limitBytes = context.limitBytes
    this.params = context.params
  }

  get requestId() {
    return this.#call.requestId
  }
  get principal() {
    return this.#call.principal
  }
  get signal() {
    return this.#call.signal
  }
  get method() {
    return this.#request.method
  }
  get url() {
    return this.#request.url
  }
  get query() {
    return queryOf(this.#request.url)
  }
  get headers() {
    return this.#request.headers
  }
  get bytes() {
    return this.#request.body instanceof Uint8Array ? this.#request.body : noBytes
  }
  get stream() {
    if (this.#stream === undefined) this.#stream = limited(this.#request.body, this.#limitBytes)
    return this.#stream
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

function send(reply: FastifyReply, response: RawResponse): FastifyReply {
  reply.code(response.status ?? 200)
  if (response.headers !== undefined) reply.headers(response.headers)
  const { body } = response
  if (body === undefined) return reply.send()
  if (body instanceof Readable) return reply.send(body)
  if (body instanceof Uint8Array || typeof body === 'string') return reply.send(body)
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8')
  return reply.send(JSON.stringify(body))
}
