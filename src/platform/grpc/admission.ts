import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2'

/** A client that was sent elsewhere and stays is cut off. */
const leaveMs = 5000

/** Lets calls in, or sends a client to whoever accepts connections now. */
export interface Admission {
  /** False once the call was sent elsewhere. */
  enters(stream: ServerHttp2Stream): Promise<boolean>
}

/**
 * A call that is not let in was not looked at, and its client is told so by GOAWAY: the call before the first of those is
 * the last one seen, which is what makes clients repeat them on another connection by themselves. The client closes this
 * one then; closing it from here would send a second GOAWAY with a later call, which is an error of the protocol.
 */
export function createAdmission(isOpen: () => Promise<boolean>): Admission {
  const asking = new WeakMap<Http2Session, Set<number>>()
  const leaving = new WeakSet<Http2Session>()

  function leave(session: Http2Session, firstUnseen: number): void {
    if (leaving.has(session) || session.destroyed) return
    leaving.add(session)
    session.goaway(constants.NGHTTP2_NO_ERROR, Math.max(0, firstUnseen - 2))
    const limit = setTimeout(() => session.destroy(), leaveMs)
    session.on('close', () => clearTimeout(limit))
  }

  return {
    enters: async (stream) => {
      const { session, id = 0 } = stream
      if (session === undefined) return false
      const waiting = asking.get(session) ?? new Set()
      asking.set(session, waiting.add(id))
      const isIn = !leaving.has(session) && (await isOpen())
      if (!isIn) {
        leave(session, Math.min(...waiting))
        stream.close(constants.NGHTTP2_REFUSED_STREAM)
      }
      waiting.delete(id)
      return isIn
    },
  }
}
