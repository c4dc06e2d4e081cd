import type { Digest } from './blobs.ts'

/**
 * Keeps the deletion of a blob and its use apart within one process: whoever uses a digest waits for a deletion that has
 * begun, and a deletion does not begin while somebody uses it.
 */
export interface DigestUsage {
  using<T>(digest: Digest, work: () => Promise<T>): Promise<T>
  /** Runs `work` alone; answers undefined, without running it, while the digest is in use. */
  alone<T>(digest: Digest, work: () => Promise<T>): Promise<T | undefined>
}

export function createDigestUsage(): DigestUsage {
  const users = new Map<Digest, number>()
  const locked = new Map<Digest, Promise<unknown>>()
  return {
    async using(digest, work) {
      users.set(digest, (users.get(digest) ?? 0) + 1)
      try {
        await locked.get(digest)
        return await work()
      } finally {
        const rest = (users.get(digest) ?? 1) - 1
        if (rest === 0) users.delete(digest)
        else users.set(digest, rest)
      }
    },
    async alone(digest, work) {
      if (users.has(digest) || locked.has(digest)) return undefined
      const running = work()
      // Waiters only need to know that it is over.
      locked.set(
        digest,
        running.catch(() => undefined),
      )
      try {
        return await running
      } finally {
        locked.delete(digest)
      }
    },
  }
}
