import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { anonymous } from '../../kernel/actor.ts'
import { errorKinds } from '../../kernel/errors.ts'
import type { IdMaker } from '../../kernel/ids.ts'
import type { RawRoute } from '../../kernel/route.ts'
import type { Access } from '../../platform/auth/index.ts'
import { type Http2Connections, type SharedPort, shareWithHttp2 } from '../../platform/grpc/index.ts'
import { closeGently, type Log } from '../../platform/runtime/index.ts'
import type { BoundOperation } from './bound-operation.ts'
import { Drain } from './drain.ts'
import { createFallback } from './fallback.ts'
import { fromThrown } from './foreign-error.ts'
import type { HttpContext } from './http-context.ts'
import { type Lifecycle, lifecycleRoutes, refuseUntilReady } from './lifecycle.ts'
import { createMountedRoutes, type MountedRoutes } from './mounted-routes.ts'
import { acceptJson, operationRoute } from './operation-route.ts'
import { toProblem } from './problem.ts'
import { pathOf } from './query.ts'
import { acceptBytes, acceptStream, rawRoute } from './raw-route.ts'
import { createRequestIds } from './request-id.ts'
import { refuseClimbing } from './safe-path.ts'
import { openStaticFiles, type StaticFiles } from './static-files.ts'

export interface HttpOptions {
  readonly operations: readonly BoundOperation[]
  readonly routes: readonly RawRoute[]
  readonly lifecycle: Lifecycle
  /** Takes connections that begin as HTTP/2; without it they are refused. */
  readonly http2?: Http2Connections | undefined
  readonly access: Access
  readonly log: Log
  readonly ids: IdMaker
  /** Largest body of an operation; `http.bodyLimitBytes`. */
  readonly bodyLimitBytes: number
  /** Folder of the built web application; it may be missing. */
  readonly uiDir: string
  /** Check answers against their schemas: on in tests and development, off in production. */
  readonly checkOutput?: boolean
}

export type ListenAt =
  | { readonly host: string; readonly port: number; readonly reusePort?: boolean }
  | { readonly path: string }

export interface Http {
  /** For `inject()` in tests. */
  readonly app: FastifyInstance
  /** Serves any number of node servers. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** Opens one more way in: a TCP port (0 picks one) or a unix socket. Rejects with node's error when it is taken. */
  listen(at: ListenAt): Promise<{ readonly port: number; readonly server: Server }>
  /** Ends event streams and asks every client to go with its next answer; who comes is still let in. */
  beginDrain(): void
  /** Stops accepting, lets what is in hand finish for `graceMs`, then ends it. */
  close(graceMs?: number): Promise<void>
}

/** Schemas are zod's here. Without this the framework loads its own compilers, half of all its code, at every start. */
const noSchemas = () => () => {
  throw new Error('a route of the framework has no schema')
}

/** Builds the router. Throws when two routes collide. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const drain = new Drain()
  const context: HttpContext = {
    drain,
    bodyLimitBytes: options.bodyLimitBytes,
    checkOutput: options.checkOutput ?? false,
    access: options.access,
  }
  const files = await openStaticFiles(options.uiDir)
  const requestId = createRequestIds(options.ids)
  const mounted = createMountedRoutes()
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: true,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    genReqId: (request) => requestId(request.headers),
    frameworkErrors: (error, request, reply) => answerError(error, { request, reply }, options.log),
  })
  app.addConstraintStrategy(mounted.constraint)
  addChecks(app, { ...options, drain, mounted })
  logRequests(app, options.log)
  await mountAll(app, options, { ...context, mounted, files })
  await app.ready()
  return { app, handler: app.routing, ...createListener(app, drain, options.http2) }
}

function addChecks(app: FastifyInstance, options: HttpOptions & { drain: Drain; mounted: MountedRoutes }): void {
  app.decorateRequest('principal')
  app.setErrorHandler((error: FastifyError, request, reply) => {
    answerError(error, { request, reply, refusal: options.mounted.of(request)?.refusal }, options.log)
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    options.access.guard(request.method, request.headers)
    refuseClimbing(request.url)
    // What no route answers is the web application or an error: code, not data.
    request.principal = anonymous
    const allow = request.is404 ? 'public' : (options.mounted.of(request)?.allow ?? 'public')
    if (allow !== 'public') {
      refuseUntilReady(options.lifecycle)
      request.principal = options.access.authenticate(request.headers, request.method)
      const refused = options.access.mayDo(request.principal, { permission: allow })
      if (refused instanceof Error) throw refused
    }
    done()
  })
  // When the answer leaves and not when the request came: who waited through the begin must learn it too.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (options.drain.hasBegun) reply.header('connection', 'close')
    done()
  })
}

/** One line a request at level debug; failures have a line of their own, at the level of their kind. */
function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    log.debug('request answered', {
      requestId: request.id,
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      tookMs: Math.round(reply.elapsedTime),
    })
    done()
  })
}

interface Mounting extends HttpContext {
  readonly mounted: MountedRoutes
  readonly files: StaticFiles
}

async function mountAll(app: FastifyInstance, options: HttpOptions, { mounted, files, ...context }: Mounting) {
  const operations = options.operations.map((bound) => operationRoute(bound, context))
  const raws = [...lifecycleRoutes(options.lifecycle), ...options.routes]
  const ofBody = (...kinds: RawRoute['body'][]) =>
    raws.filter((route) => kinds.includes(route.body)).map((route) => rawRoute(route, context))
  await app.register(async (scope) => {
    acceptJson(scope, context.bodyLimitBytes)
    mounted.mount(scope, operations)
  })
  await app.register(async (scope) => {
    acceptBytes(scope)
    mounted.mount(scope, ofBody('none', 'bytes'))
  })
  await app.register(async (scope) => {
    acceptStream(scope)
    mounted.mount(scope, ofBody('stream'))
  })
  app.setNotFoundHandler(createFallback(files, [...operations, ...raws]))
}

interface Failed {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly refusal?: RawRoute['refusal']
}

function answerError(thrown: unknown, { request, reply, refusal }: Failed, log: Log): void {
  const limitBytes = request.routeOptions?.bodyLimit ?? 0
  const error = fromThrown(thrown, { requestId: request.id, url: request.url, limitBytes })
  const facts = errorKinds[error.kind]
  log[facts.logLevel]('request failed', {
    requestId: request.id,
    method: request.method,
    path: pathOf(request.url),
    code: error.code,
    ...(error.kind === 'internal' ? { error: error.cause ?? error } : {}),
  })
  if (facts.http === 401) reply.header('www-authenticate', challengeFor(request))
  if (facts.retryable) reply.header('retry-after', '1')
  reply
    .code(facts.http)
    .header('content-type', `application/${refusal === undefined ? 'problem+json' : 'json'}; charset=utf-8`)
    .header('x-request-id', request.id)
    .send(JSON.stringify(refusal?.(error) ?? toProblem(error, request.id)))
}

/** A browser that opens a page may ask the person; a script that fetches must not make a dialog appear. */
function challengeFor(request: FastifyRequest): string {
  const isPage = String(request.headers.accept ?? '').includes('text/html')
  return isPage ? 'Basic realm="Slipway", charset="UTF-8"' : 'Bearer realm="Slipway"'
}

function createListener(
  app: FastifyInstance,
  drain: Drain,
  http2: Http2Connections | undefined,
): Pick<Http, 'listen' | 'beginDrain' | 'close'> {
  const servers = new Map<Server, SharedPort | undefined>()
  const http2Sockets = new Set<Socket>()
  const onHttp2 = (socket: Socket, at: ListenAt) => {
    http2Sockets.add(socket)
    socket.once('close', () => http2Sockets.delete(socket))
    http2?.accept(socket, 'path' in at ? 'control socket' : 'public port')
  }
  return {
    listen: async (at) => {
      const server = createServer(
        {
          // Longer than the 60 s after which common proxies close, so that the proxy closes first.
          keepAliveTimeout: 65_000,
          headersTimeout: 66_000,
          // An upload may take as long as it needs; a silent peer is cut by its route's signal.
          requestTimeout: 0,
          noDelay: true,
        },
        app.routing,
      )
      const port = http2 && shareWithHttp2(server, (socket) => onHttp2(socket, at))
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(at, () => resolve())
      })
      servers.set(server, port)
      const address = server.address()
      return { port: isTcp(address) ? address.port : 0, server }
    },
    beginDrain: () => drain.begin(),
    close: async (graceMs = 10_000) => {
      drain.begin()
      const timer = setTimeout(() => {
        drain.abortAll()
        for (const server of servers.keys()) server.closeAllConnections()
        for (const socket of http2Sockets) socket.destroy()
      }, graceMs)
      http2?.drain()
      await Promise.all(
        Array.from(servers, ([server, port]) =>
          closeGently(server, () => {
            server.closeIdleConnections()
            port?.endSilent()
          }),
        ),
      )
      clearTimeout(timer)
      await app.close()
    },
  }
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return address !== null && typeof address === 'object'
}
