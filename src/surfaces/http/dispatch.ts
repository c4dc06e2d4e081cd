import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '../../kernel/actor.ts'
import { errorKinds } from '../../kernel/errors.ts'
import type { Permission } from '../../kernel/operation.ts'
import type { RawResponse } from '../../kernel/route.ts'
import type { Access } from '../../platform/auth/index.ts'
import { pathOf } from '../../platform/http/index.ts'
import type { Log } from '../../platform/runtime/index.ts'
import type { Drain } from './drain.ts'
import { fromThrown } from './foreign-error.ts'
import { HttpRequest } from './http-request.ts'
import { type Lifecycle, refuseUntilReady } from './lifecycle.ts'
import type { MountedRoute } from './mounted-routes.ts'
import { problemAnswer } from './problem.ts'
import { Reply } from './reply.ts'
import { hasBody, receiveBody, refuseForeignBody } from './request-body.ts'
import type { Router } from './router.ts'
import { refuseClimbing } from './safe-path.ts'

export type Handler = (message: IncomingMessage, response: ServerResponse) => void

export interface DispatchOptions {
  readonly router: Router<MountedRoute>
  /** Answers what no route does. */
  readonly fallback: (request: HttpRequest) => Promise<RawResponse>
  readonly requestId: (headers: IncomingMessage['headers']) => string
  readonly access: Access
  readonly lifecycle: Lifecycle
  readonly drain: Drain
  readonly log: Log
}

/** A request on its way, and the route it is for; none means the fallback. */
interface Exchange {
  readonly message: IncomingMessage
  readonly request: HttpRequest
  readonly reply: Reply
  readonly route: MountedRoute | undefined
}

/** Every request passes here: checks, body, route, answer; and whatever fails on the way becomes a problem document. */
export function createDispatch(options: DispatchOptions): Handler {
  const { router, drain, log } = options
  return (message, response) => {
    const match = router.find(message.method ?? '', message.url ?? '')
    const route = match?.target
    const requestId = options.requestId(message.headers)
    const found = { requestId, params: match?.params ?? {}, limitBytes: route?.limitBytes ?? 0, drain }
    const request = new HttpRequest(message, response, found)
    const isHeadOfGet = request.method === 'HEAD' && route?.method === 'GET'
    const reply = new Reply(response, { requestId, isHeadOfGet, drain })
    logWhenAnswered(request, response, log)
    const exchange = { message, request, reply, route }
    serve(exchange, options)
      .catch((thrown: unknown) => answerError(thrown, exchange, log))
      .catch((thrown: unknown) => {
        log.error('answer failed', { requestId, error: thrown })
        reply.cutOff()
      })
  }
}

async function serve({ message, request, reply, route }: Exchange, options: DispatchOptions): Promise<void> {
  options.access.guard(request.method, request.headers)
  refuseClimbing(request.url)
  // What no route answers is the web application or an error: code, not data.
  if (route === undefined) return reply.send(await options.fallback(request))
  if (route.allow !== 'public') request.principal = admit(request, route.allow, options)
  if (hasBody(message)) {
    refuseForeignBody(message, route)
    reply.closesConnection = true
    request.body = await receiveBody(message, route)
    reply.closesConnection = false
  }
  return reply.send(await route.answer(request))
}

/** Who asks; throws while the server starts, and for who may not, whatever it is about. */
function admit(request: HttpRequest, permission: Permission, { lifecycle, access }: DispatchOptions): Principal {
  refuseUntilReady(lifecycle)
  const principal = access.authenticate(request.headers, request.method)
  const refused = access.mayDo(principal, { permission })
  if (refused instanceof Error) throw refused
  return principal
}

async function answerError(thrown: unknown, { request, reply, route }: Exchange, log: Log): Promise<void> {
  const error = fromThrown(thrown, request.requestId)
  log[errorKinds[error.kind].logLevel]('request failed', {
    requestId: request.requestId,
    method: request.method,
    path: pathOf(request.url),
    code: error.code,
    ...(error.kind === 'internal' ? { error: error.cause ?? error } : {}),
  })
  if (reply.canSend) await reply.send(problemAnswer(error, request, route?.refusal))
  else reply.cutOff()
}

/** One line a request at level debug; failures have a line of their own, at the level of their kind. */
function logWhenAnswered(request: HttpRequest, response: ServerResponse, log: Log): void {
  const startedAt = performance.now()
  response.once('finish', () => {
    log.debug('request answered', {
      requestId: request.requestId,
      method: request.method,
      path: pathOf(request.url),
      status: response.statusCode,
      tookMs: Math.round(performance.now() - startedAt),
    })
  })
}
