import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Access, type AccessRules, createAccess } from '../../auth/index.ts'
import { createGrpcRelay, createGrpcServer, shareWithHttp2 } from '../../grpc/index.ts'
import { pathOf, readBody } from '../../http/index.ts'
import {
  type HttpAnswer,
  type InferenceCore,
  type InferenceGrpc,
  type InferenceProtocol,
  inferencePermission,
} from '../../inference/index.ts'
import type { Clock } from '../../runtime/index.ts'
import { decodeBody } from './body.ts'
import { createProxy } from './proxy.ts'

/** The public face of a worker: inference is answered here, the rest is handed to the control plane. */
export interface FrontOptions {
  readonly core: InferenceCore
  readonly protocols: readonly InferenceProtocol[]
  readonly grpc: InferenceGrpc
  /** Who may call: the same rules as the control plane's. What is passed on is checked there. */
  readonly access: AccessRules
  readonly controlSocket: string
  readonly limitBytes: number
  readonly clock: Clock
  /** True once this process wants its connections to go away. */
  readonly isDraining: () => boolean
}

/** The way in: HTTP/1.1 and, on the same port, HTTP/2 for gRPC. */
export interface Front {
  readonly server: Server
  /** Every connection that there is ends with its next answer; its client makes a new one, which any worker may get. */
  reconnect(): void
  /** Ends connections as they fall idle; call again until they are gone. */
  sweep(): void
  /** Ends every connection. */
  cutOff(): void
}

export function createFront(options: FrontOptions): Front {
  const proxy = createProxy(options.controlSocket)
  const connections = countConnections()
  const env = {
    ...options,
    checked: createAccess(options.access),
    isLast: (response: ServerResponse) => options.isDraining() || connections.isOld(response.socket),
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const protocol = findProtocol(options.protocols, request)
    if (protocol === undefined) proxy(request, response)
    else void answer(env, protocol, { request, response })
  }
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, onRequest)
  server.on('connection', connections.add)
  server.on('checkContinue', (request, response) => {
    // The control plane decides itself whether it wants the body; inference always does.
    if (findProtocol(options.protocols, request) !== undefined) response.writeContinue()
    onRequest(request, response)
  })
  const grpc = createGrpcServer({
    services: options.grpc(options.core),
    others: createGrpcRelay(options.controlSocket),
    access: env.checked,
    clock: options.clock,
    limitBytes: options.limitBytes,
  })
  const port = shareWithHttp2(server, grpc.accept)
  return {
    server,
    reconnect: connections.makeOld,
    sweep: () => {
      server.closeIdleConnections()
      port.endSilent()
      grpc.drain()
    },
    cutOff: () => {
      server.closeAllConnections()
      grpc.destroy()
    },
  }
}

/** Tells connections made before a moment from those made after it. */
function countConnections() {
  const madeIn = new WeakMap<Socket, number>()
  let age = 0
  return {
    add: (socket: Socket) => void madeIn.set(socket, age),
    makeOld: () => {
      age += 1
    },
    isOld: (socket: Socket | null) => socket !== null && (madeIn.get(socket) ?? age) < age,
  }
}

function findProtocol(
  protocols: readonly InferenceProtocol[],
  request: IncomingMessage,
): InferenceProtocol | undefined {
  const { method = 'GET', url = '/' } = request
  const path = pathOf(url)
  for (const protocol of protocols) if (protocol.claims(method, path)) return protocol
  return undefined
}

/** What answering takes; `isLast` says that a connection ends with this answer. */
interface AnswerEnv extends FrontOptions {
  readonly checked: Access
  readonly isLast: (response: ServerResponse) => boolean
}

async function answer(
  options: AnswerEnv,
  protocol: InferenceProtocol,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const startedAt = options.clock.monotonic()
  const { method = 'GET', url = '/', headers } = request
  const path = pathOf(url)
  try {
    options.checked.guard(method, headers)
    if (!protocol.isPublic(path)) {
      const caller = options.checked.authenticate(headers)
      const refused = await options.checked.mayDo(caller, { permission: inferencePermission(method) })
      if (refused !== undefined) throw refused
    }
    let body = await readBody(request, options.limitBytes)
    const encoding = headers['content-encoding']
    if (encoding !== undefined && encoding !== 'identity') body = await decodeBody(body, encoding, options.limitBytes)
    const query = url.slice(path.length + 1)
    const isGone = () => response.destroyed
    const http = { method, path, query, headers, body, startedAt, isGone }
    send(options, response, await protocol.handle(http, options.core))
  } catch (error) {
    // A body that was not read to its end leaves the connection unusable.
    if (!response.destroyed) send(options, response, protocol.toError(error), !request.complete)
  }
}

function send(options: Pick<AnswerEnv, 'isLast'>, response: ServerResponse, answered: HttpAnswer, close = false): void {
  const { status, headers, body } = answered
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  const connection = close || options.isLast(response) ? { Connection: 'close' } : {}
  response.writeHead(status, { ...headers, 'Content-Length': length, ...connection })
  response.end(body)
}
