import type { Server } from 'node:http'
import type { Socket } from 'node:net'

const preface = Buffer.from('PRI * HTTP/2.0\r\n')
/** A connection that says nothing for this long is neither. */
const silentMs = 65_000

/** What becomes of connections that do not speak HTTP/1.1. */
export interface Http2Connections {
  /** `via`: what comes over the control socket was passed on already, and is answered by nobody else. */
  accept(socket: Socket, via: 'public port' | 'control socket'): void
  /** Calls in hand finish; their connections end with them. */
  drain(): void
}

/** Connections of a shared port that belong to neither protocol yet. */
export interface SharedPort {
  /** Ends those that have said nothing so far: browsers and pools open some in advance, and no server of node knows them. */
  endSilent(): void
}

/**
 * Lets HTTP/2 with prior knowledge in on the port of an HTTP/1.1 server: the first bytes of a connection tell which of
 * the two it is (RFC 9113, section 3.4). Once per connection, so a kept connection pays nothing per request.
 */
export function shareWithHttp2(server: Server, onHttp2: (socket: Socket) => void): SharedPort {
  const [onHttp1] = server.listeners('connection') as ((socket: Socket) => void)[]
  if (onHttp1 === undefined) throw new Error('the server has no listener of its own for connections')
  server.off('connection', onHttp1)
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    const forget = () => silent.delete(socket)
    silent.add(socket)
    socket.once('close', forget)
    firstBytes(socket, (isHttp2) => {
      socket.off('close', forget)
      forget()
      if (isHttp2) onHttp2(socket)
      else onHttp1.call(server, socket)
    })
  })
  return {
    endSilent: () => {
      for (const socket of silent) socket.destroy()
    },
  }
}

/** Reads until it is clear what the connection speaks, and puts what was read back. */
function firstBytes(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0)
  const giveUp = () => socket.destroy()
  const look = (chunk: Buffer) => {
    seen = seen.byteLength === 0 ? chunk : Buffer.concat([seen, chunk])
    const known = Math.min(seen.byteLength, preface.byteLength)
    const mayBeHttp2 = seen.compare(preface, 0, known, 0, known) === 0
    if (mayBeHttp2 && known < preface.byteLength) return
    socket.off('data', look)
    socket.off('end', giveUp)
    socket.off('error', giveUp)
    socket.off('timeout', giveUp)
    socket.setTimeout(0)
    socket.pause()
    socket.unshift(seen)
    decide(mayBeHttp2)
    // HTTP/2 takes what was put back when it is set up, a turn later; flowing on would lose it.
    if (!mayBeHttp2) socket.resume()
  }
  socket.on('data', look)
  socket.on('end', giveUp)
  socket.on('error', giveUp)
  socket.setTimeout(silentMs, giveUp)
}
