import type { Server } from 'node:http'
import { createServer } from 'node:net'
import { defineErrors } from '../kernel/errors.ts'
import { createSerial } from '../kernel/serial.ts'
import type { PublicPort } from '../platform/platform.ts'
import { stopListening } from '../platform/runtime/index.ts'

export const portErrors = defineErrors({
  port_in_use: [
    'conflict',
    'Port {port} on {host} is in use by another program.',
    'Stop it, or choose another with --port (0 picks a free one).',
  ],
  port_refused: ['invalid', 'Cannot listen on {host} port {port}: {problem}.', 'Choose another --host or --port.'],
})

export interface OpenedPort extends PublicPort {
  /** Listens, unless workers have the port already. */
  open(): Promise<void>
}

type Listen = (at: { host: string; port: number; reusePort: boolean }) => Promise<{ server: Server }>

/**
 * The public TCP port. The control plane listens on it with SO_REUSEPORT, so that workers of the data plane can take it
 * over without a gap (docs/decisions/050-one-port.md). Sharing would also hide a second program on the same port:
 * therefore an exclusive bind is tried first.
 */
export async function choosePort(host: string, wanted: number, listen: Listen): Promise<OpenedPort> {
  const port = wanted === 0 ? await bindOnce(host, 0) : wanted
  let server: Server | undefined
  let isOpen = false
  let isReleased = false
  const inTurn = createSerial()
  const { promise: opened, resolve: resolveOpened } = Promise.withResolvers<void>()

  /** Listens exactly while it is open and the workers do not have it, also when that changed on the way. */
  const settle = () =>
    inTurn(async () => {
      const isWanted = isOpen && !isReleased
      if (isWanted && server === undefined) server = (await listen({ host, port, reusePort: supportsReusePort })).server
      if (isWanted || server === undefined) return
      // Not awaited: connections in hand finish on their own; new ones go to the workers.
      void stopListening(server)
      server = undefined
    })

  return {
    host,
    port,
    isShareable: supportsReusePort,
    opened,
    open: async () => {
      if (!isReleased && wanted !== 0) await bindOnce(host, port)
      isOpen = true
      await settle()
      resolveOpened()
    },
    release: () => {
      isReleased = true
      return settle()
    },
    acquire: () => {
      isReleased = false
      return settle()
    },
  }
}

// Node offers it on Linux and some BSDs; elsewhere the control plane keeps the port and passes inference on.
const supportsReusePort = process.platform === 'linux' || process.platform === 'freebsd'

/** Binds exclusively and lets go again: answers the port, or throws when somebody has it. */
function bindOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const details = { host, port, problem: error.message }
      reject(
        error.code === 'EADDRINUSE'
          ? portErrors.port_in_use(details)
          : portErrors.port_refused(details, { cause: error }),
      )
    })
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
