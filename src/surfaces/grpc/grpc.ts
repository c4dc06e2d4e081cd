import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { runAs } from '../../kernel/actor.ts'
import type { GrpcService } from '../../kernel/grpc-service.ts'
import type { Access } from '../../platform/auth/index.ts'
import { createGrpcServer, type GrpcServer, type Http2Connections } from '../../platform/grpc/index.ts'
import type { Clock } from '../../platform/runtime/index.ts'

export interface DialectServices {
  readonly dialect: string
  readonly services: readonly GrpcService[]
}

export interface GrpcOptions {
  readonly dialects: readonly DialectServices[]
  readonly access: Access
  readonly clock: Clock
  /** Largest message a client may send. */
  readonly limitBytes: number
}

/** Undefined without services: HTTP/2 is refused then. Throws when two dialects bring the same service. */
export function createGrpc({ dialects, ...options }: GrpcOptions): Http2Connections | undefined {
  const services = joinServices(dialects)
  if (services.length === 0) return undefined
  // Made for the first connection: HTTP/2 takes 20 ms to load, and most servers that start are never asked over gRPC.
  let server: GrpcServer | undefined
  const accept = (socket: Socket) => {
    server ??= createGrpcServer({ ...options, services, asCaller: runAs })
    server.accept(socket)
  }
  const places = new Set(services.flatMap(({ elsewhere }) => elsewhere ?? []))
  return {
    accept: (socket, via) => {
      if (via === 'control socket') accept(socket)
      else void handOver(socket, places, accept)
    },
    drain: () => server?.drain(),
  }
}

function joinServices(dialects: readonly DialectServices[]): GrpcService[] {
  const owners = new Map<string, string>()
  for (const { dialect, services } of dialects)
    for (const { name } of services) {
      const owner = owners.get(name)
      if (owner !== undefined) throw new Error(`two dialects bring the gRPC service ${name}: ${owner} and ${dialect}`)
      owners.set(name, dialect)
    }
  return dialects.flatMap(({ services }) => services)
}

/** The whole connection goes to the first process that answers in the place of this one, else to this one's own server. */
async function handOver(
  socket: Socket,
  places: Iterable<() => Promise<string | undefined>>,
  accept: (socket: Socket) => void,
): Promise<void> {
  const giveUp = () => socket.destroy()
  socket.on('error', giveUp)
  try {
    for (const place of places) {
      const path = await place()
      if (path === undefined) continue
      const other = connect(path)
      pipeline(socket, other, socket, giveUp)
      return
    }
    accept(socket)
  } catch {
    giveUp()
  }
}
