import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2'

/** How long a client that was sent elsewhere may stay without a call in hand before it is cut off. */
const leaveMs = 5000

/** Lets calls in, or sends a client to whoever accepts connections now. */
export interface Admission {
  /** False once the call was sent elsewhere: when `isHere` says so, or another call of its connection was before. */
  enters(stream: ServerHttp2Stream, isHere: () => Promise<boolean>): Promise<boolean>
}

interface Connection {
  /** Calls that are not yet let in. */
  readonly waiting: Set<number>
  lastIn: number
  inHand: number
  isLeaving: boolean
}

/**
 * A call that is not let in was not looked at, and its client is told so by GOAWAY: the call before the first of those is
 * the last one seen, which is what makes clients repeat them on another connection by themselves; one that came before a
 * call that was let in is reset as refused, which says the same. The client closes this connection then; closing it from
 * here would send a second GOAWAY with a later call, which is an error of the protocol.
 */
export function createAdmission(): Admission {
  const connections = new WeakMap<Http2Session, Connection>()

  function connectionOf(session: Http2Session): Connection {
    const known = connections.get(session) ?? { waiting: new Set(), lastIn: 0, inHand: 0, isLeaving: false }
    connections.set(session, known)
    return known
  }

  function leave(session: Http2Session, connection: Connection): void {
    if (connection.isLeaving || session.destroyed) return
    connection.isLeaving = true
    session.goaway(constants.NGHTTP2_NO_ERROR, Math.max(connection.lastIn, Math.min(...connection.waiting) - 2, 0))
    const limit = setInterval(() => {
      if (connection.inHand === 0) session.destroy()
    }, leaveMs)
    session.on('close', () => clearInterval(limit))
  }

  return {
    enters: async (stream, isHere) => {
      const { session, id = 0 } = stream
      if (session === undefined) return false
      const connection = connectionOf(session)
      connection.waiting.add(id)
      const isIn = !connection.isLeaving && (await isHere()) && !connection.isLeaving
      if (isIn) {
        connection.lastIn = Math.max(connection.lastIn, id)
        connection.inHand += 1
        stream.on('close', () => {
          connection.inHand -= 1
        })
      } else {
        leave(session, connection)
        stream.close(constants.NGHTTP2_REFUSED_STREAM)
      }
      connection.waiting.delete(id)
      return isIn
    },
  }
}
