import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP server in front of another one, which a test can take away and bring back. */
export interface Gate {
  readonly port: number
  /** Ends every connection and refuses new ones. */
  close(): Promise<void>
  open(): Promise<void>
}

export async function gateTo(target: { readonly host: string; readonly port: number }): Promise<Gate> {
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(target)
    for (const socket of [from, to]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        from.destroy()
        to.destroy()
      })
    }
    from.pipe(to).pipe(from)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => setImmediate(resolve))
    },
    open: async () => {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}
