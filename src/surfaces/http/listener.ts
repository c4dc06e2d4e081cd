import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Http2Connections, type SharedPort, shareWithHttp2 } from '../../platform/grpc/index.ts'
import { closeGently } from '../../platform/runtime/index.ts'
import type { Handler } from './dispatch.ts'
import type { Drain } from './drain.ts'

export type ListenAt =
  | { readonly host: string; readonly port: number; readonly reusePort?: boolean }
  | { readonly path: string }

export interface Http {
  /** Opens one more way in: a TCP port (0 picks one) or a unix socket. Rejects with node's error when it is taken. */
  listen(at: ListenAt): Promise<{ readonly port: number; readonly server: Server }>
  /** Ends event streams and asks every client to go with its next answer; who comes is still let in. */
  beginDrain(): void
  /** Stops accepting, lets what is in hand finish for `graceMs`, then ends it. */
  close(graceMs?: number): Promise<void>
}

/** Serves any number of ports and sockets by one handler. */
export function createListener(handler: Handler, drain: Drain, http2: Http2Connections | undefined): Http {
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
        handler,
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
    },
  }
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return address !== null && typeof address === 'object'
}
