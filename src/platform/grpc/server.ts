import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { anonymous, type Principal } from '../../kernel/actor.ts'
import { kernelErrors } from '../../kernel/errors.ts'
import type { GrpcMethod, GrpcService } from '../../kernel/grpc-service.ts'
import type { Access } from '../auth/index.ts'
import type { Clock } from '../runtime/index.ts'
import { type Admission, createAdmission } from './admission.ts'
import { ServerCall } from './call.ts'
import { GrpcError, grpcStatus } from './contract.ts'
import { decompress, type Frame, FrameCutter } from './frames.ts'
import type { GrpcRelay } from './relay.ts'

export interface GrpcServerOptions {
  readonly clock: Clock
  readonly services: readonly GrpcService[]
  /** Who may call; `authorization` in the metadata is what the header is elsewhere. */
  readonly access: Access
  /** Runs a method in the name of its caller; absent where nothing is recorded in anybody's name. */
  readonly asCaller?: <T>(caller: Principal, work: () => T) => T
  /** Largest message a client may send, as sent and decompressed. */
  readonly limitBytes: number
  /** Takes the calls of services that are not among these; without it they end with the status "unimplemented". */
  readonly others?: GrpcRelay
}

export interface GrpcServer {
  /** Takes over a connection that begins with the preface of HTTP/2. */
  accept(socket: Socket): void
  /** Lets calls in hand finish; their connections end with them. */
  drain(): void
  /** Ends every connection now. */
  destroy(): void
}

/** Room for calls a client has open at once on one connection, and for bytes under way before it must wait. */
const settings = { maxConcurrentStreams: 1024, initialWindowSize: 1024 * 1024 }
const connectionWindow = 8 * 1024 * 1024
const mebibyte = 1024 * 1024

export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { services } = options
  const methods = new Map(
    services.flatMap((service) =>
      Object.entries(service.methods).map(([name, method]) => [`/${service.name}/${name}`, { service, method }]),
    ),
  )
  const prefixes = new Set(services.map(({ name }) => `/${name}/`))
  const admission = services.some(({ elsewhere }) => elsewhere !== undefined) ? createAdmission() : undefined
  const answering = { ...options, methods, prefixes, admission }
  const sessions = new Set<ServerHttp2Session>()
  // A session may hold one message of the largest size beside the ordinary ones.
  const maxSessionMemory = 64 + Math.ceil((options.limitBytes * 2) / mebibyte)
  const server = createServer({ settings, maxSessionMemory })
  server.on('session', (session) => {
    sessions.add(session)
    session.setLocalWindowSize(connectionWindow)
    session.on('error', () => session.destroy())
    session.on('close', () => sessions.delete(session))
  })
  server.on('stream', (stream, headers) => {
    void answer(answering, { stream: stream as ServerHttp2Stream, headers })
  })
  return {
    accept: (socket) => {
      // A peer that vanished must not keep its connection for ever.
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 60_000)
      server.emit('connection', socket)
    },
    drain: () => {
      for (const session of sessions) session.close()
    },
    destroy: () => {
      for (const session of sessions) session.destroy()
    },
  }
}

interface Called {
  readonly service: GrpcService
  readonly method: GrpcMethod
}

interface Answering extends GrpcServerOptions {
  readonly methods: ReadonlyMap<string, Called>
  /** Of the paths of its own services, also of methods that they do not have. */
  readonly prefixes: ReadonlySet<string>
  readonly admission: Admission | undefined
}

/** Whether this process answers the service now. What nobody has is answered here as well. */
function isHere(service: GrpcService | undefined): () => Promise<boolean> {
  return async () => (await service?.elsewhere?.()) === undefined
}

interface Arrived {
  readonly stream: ServerHttp2Stream
  readonly headers: IncomingHttpHeaders
}

async function answer(options: Answering, { stream, headers }: Arrived): Promise<void> {
  const { admission, methods, others, asCaller = (_caller, work) => work() } = options
  // Resets by either side are told by 'close' as well; unheard, they would end the process.
  stream.on('error', () => {})
  if (!isGrpc(headers)) {
    stream.respond({ ':status': 415, 'content-type': 'text/plain' })
    stream.end('HTTP/2 on this port is for gRPC; everything else speaks HTTP/1.1.\n')
    return
  }
  const path = headers[':path'] ?? ''
  const called = methods.get(path)
  const service = called?.service
  if (
    service === undefined &&
    others !== undefined &&
    !options.prefixes.has(path.slice(0, path.lastIndexOf('/') + 1))
  ) {
    others(stream, headers)
    return
  }
  if (admission !== undefined && !(await admission.enters(stream, isHere(service)))) return
  const call = new ServerCall(stream, headers, { clock: options.clock, statusOf: service?.statusOf })
  try {
    call.watchDeadline()
    const caller = await admitCaller(options.access, headers, called)
    if (called === undefined) throw unknownMethod(path)
    const { method } = called
    const encoding = headers['grpc-encoding']
    if (method.kind === 'unary') {
      const frame = await readOnly(stream, options.limitBytes)
      const message = frame.isCompressed ? await decompress(frame, encoding, options.limitBytes) : frame.body
      const reply = await asCaller(caller, () => method.run(message, call))
      await call.reply(reply.frame, reply.headers)
    } else {
      const messages = readAll(stream, encoding, options.limitBytes)
      await asCaller(caller, () => method.run(messages, call, (frame) => call.send(frame)))
      call.finish()
    }
  } catch (error) {
    call.fail(error)
  }
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'] ?? ''
  return headers[':method'] === 'POST' && /^application\/grpc(\+proto)?($|;)/.test(type)
}

/** Who calls. Also whoever calls a method that is not there says who they are. */
async function admitCaller(
  access: Access,
  headers: IncomingHttpHeaders,
  called: Called | undefined,
): Promise<Principal> {
  access.guard('POST', { host: headers[':authority'] ?? headers.host, origin: headers.origin })
  if (called?.method.isPublic === true) return anonymous
  const caller = access.authenticate(headers)
  const refused = called && (await access.mayDo(caller, { permission: called.service.allow }))
  if (refused !== undefined) throw refused
  return caller
}

function unknownMethod(path: string): GrpcError {
  return new GrpcError(grpcStatus.unimplemented, `this server has no gRPC method ${path}`)
}

/** The one message of a unary call. */
function readOnly(stream: ServerHttp2Stream, limitBytes: number): Promise<Frame> {
  const cutter = new FrameCutter(limitBytes)
  return new Promise((resolve, reject) => {
    let found: Frame | undefined
    stream.on('data', (chunk: Buffer) => {
      cutter.push(chunk)
      try {
        found ??= cutter.take()
      } catch (error) {
        reject(error)
      }
      if (found !== undefined && cutter.rest > 0)
        reject(new GrpcError(grpcStatus.unimplemented, 'a call of this method has one message, and more was sent'))
    })
    stream.on('end', () => {
      if (found !== undefined) resolve(found)
      else reject(new GrpcError(grpcStatus.internal, `the message is cut off after ${cutter.rest} bytes`))
    })
    stream.on('close', () => {
      if (!stream.readableEnded) reject(kernelErrors.unavailable({ state: 'done with this call' }))
    })
  })
}

async function* readAll(stream: ServerHttp2Stream, encoding: unknown, limitBytes: number): AsyncGenerator<Buffer> {
  const cutter = new FrameCutter(limitBytes)
  for await (const chunk of stream) {
    cutter.push(chunk as Buffer)
    for (let frame = cutter.take(); frame !== undefined; frame = cutter.take())
      yield frame.isCompressed ? await decompress(frame, encoding, limitBytes) : frame.body
  }
  if (cutter.rest > 0) throw new GrpcError(grpcStatus.internal, 'the last message is cut off')
}
