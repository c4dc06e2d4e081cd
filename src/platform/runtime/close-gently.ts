import type { Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'

/** A client that keeps a connection busy sends its next request within this time, and then learns that it is the last. */
const quietMs = 250
const sweepMs = 25

/** Stops listening and leaves every connection as it is; `http.Server.close` would cut those that are idle just now. */
export function stopListening(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
}

/**
 * Ends a server without cutting a client off: nobody new comes in; who still sends gets an answer, which must say
 * `Connection: close` from now on; and connections that stayed silent are ended by `sweep`, again and again until all are
 * gone. (RFC 9112 section 9.6: a close between two requests of a busy client is seen by it as a reset.)
 */
export async function closeGently(server: HttpServer, sweep = () => server.closeIdleConnections()): Promise<void> {
  const closed = stopListening(server)
  let interval: NodeJS.Timeout | undefined
  const quiet = setTimeout(() => {
    sweep()
    interval = setInterval(sweep, sweepMs)
  }, quietMs)
  await closed
  clearTimeout(quiet)
  clearInterval(interval)
}
