import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { runAs } from '../../kernel/actor.ts'
import type { GrpcService } from '../../kernel/grpc-service.ts'
import type { Access } from '../../platform/auth/index.ts'
import { createGrpcServer, type GrpcServer, type Http2Connections } from '../../platform/grpc/index.ts'
import type { Clock } from '../../platform/runtime/index.ts'

/** The gRPC services that one module or dialect brings. */
export interface OwnedServices {
  readonly owner: string
  readonly services: readonly GrpcService[]
}

export interface GrpcOptions {
  readonly owned: readonly OwnedServices[]
  readonly access: Access
  readonly clock: Clock
  /** Largest message a client may send. */
  readonly limitBytes: number
}

/** Undefined without services: HTTP/2 is refused then. Throws when two bring the same service. */
export function createGrpc({ owned, ...options }: GrpcOptions): Http2Connections | undefined {
  const services = joinServices(owned)
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

function joinServices(owned: readonly OwnedServices[]): GrpcService[] {
  const owners = new Map<string, string>()
  for (const { owner, services } of owned)
    for (const { name } of services) {
      const other = owners.get(name)
      if (other !== undefined) throw new Error(`the gRPC service ${name} is brought twice: by ${other} and ${owner}`)
      owners.set(name, owner)
    }
  return owned.flatMap(({ services }) => services)
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
