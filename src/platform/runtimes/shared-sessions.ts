import type { ModelSession, OpenSession } from './session.ts'

interface Shared {
  readonly session: Promise<ModelSession>
  users: number
}

/**
 * One session for each model however many open it: a model that is deployed by itself and stands in two graphs is in memory
 * once. It is released when the last of them releases it. Local paths are named by content, so equal sources are equal models.
 */
export function shareSessions(open: OpenSession): OpenSession {
  const sessions = new Map<string, Shared>()

  return async (source, env) => {
    const key = JSON.stringify([source.path, source.runtime])
    const shared = sessions.get(key) ?? { session: open(source, env), users: 0 }
    sessions.set(key, shared)
    shared.users += 1
    const leave = () => {
      shared.users -= 1
      if (shared.users === 0 && sessions.get(key) === shared) sessions.delete(key)
    }
    const session = await shared.session.catch((error: unknown) => {
      leave()
      throw error
    })
    let isReleased = false
    return {
      ...session,
      release: async () => {
        if (isReleased) return
        isReleased = true
        leave()
        if (shared.users === 0) await session.release()
      },
    }
  }
}
