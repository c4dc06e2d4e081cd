import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2'

/** How long a client that was sent elsewhere may stay without a call in hand before it is cut off. */
const leaveMs = 5000

/** Lets calls in, or sends a client to whoever accepts connections now. */
export interface Admission {
  /** False once the call was sent elsewhere: when `isHere` says so, or another call of its connection was before. */
  enters(stream: ServerHttp2Stream, isHere: () => Promise<boolean>): Promise<boolean>
}

interface Connection {
  /** Calls are let in one after another: whatever came before the first that is not, was seen. */
  decided: Promise<unknown>
  inHand: number
  isLeaving: boolean
}

/**
 * A call that is not let in was not looked at, and its client is told so by GOAWAY: the call before the first of those is
 * the last one seen, which is what makes clients repeat them on another connection by themselves. The client closes this
 * one then; closing it from here would send a second GOAWAY with a later call, which is an error of the protocol.
 */
export function createAdmission(): Admission {
  const connections = new WeakMap<Http2Session, Connection>()

  function connectionOf(session: Http2Session): Connection {
    const known = connections.get(session) ?? { decided: Promise.resolve(), inHand: 0, isLeaving: false }
    connections.set(session, known)
    return known
  }

  function leave(session: Http2Session, connection: Connection, firstUnseen: number): void {
    if (connection.isLeaving || session.destroyed) return
    connection.isLeaving = true
    session.goaway(constants.NGHTTP2_NO_ERROR, Math.max(0, firstUnseen - 2))
    const limit = setInterval(() => {
      if (connection.inHand === 0) session.destroy()
    }, leaveMs)
    session.on('close', () => clearInterval(limit))
  }

  return {
    enters: (stream, isHere) => {
      const { session, id = 0 } = stream
      if (session === undefined) return Promise.resolve(false)
      const connection = connectionOf(session)
      const decide = async () => {
        const isIn = !connection.isLeaving && (await isHere())
        if (!isIn) {
          leave(session, connection, id)
          stream.close(constants.NGHTTP2_REFUSED_STREAM)
        } else if (!stream.destroyed) {
          connection.inHand += 1
          stream.on('close', () => {
            connection.inHand -= 1
          })
        }
        return isIn
      }
      const entered = connection.decided.then(decide)
      connection.decided = entered.catch(() => {})
      return entered
    },
  }
}
