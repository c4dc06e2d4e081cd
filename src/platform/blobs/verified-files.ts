import type { Clock } from '../runtime/index.ts'
import type { Digest } from './blobs.ts'
import type { BlobDriver, BlobStat } from './driver.ts'
import { blobKey } from './key.ts'

/**
 * Which large files were read whole and found right a short while ago, and have not changed since: hashing a gigabyte
 * again for each of a hundred downloads would only tell what is known. Only files of this disk are remembered; bytes from
 * elsewhere can change on their way.
 */
export interface VerifiedFiles {
  has(digest: Digest): Promise<boolean>
  /** `sizeBytes` were written, or read from `since` on, and are right. */
  add(digest: Digest, sizeBytes: number, since: number): Promise<void>
}

/** Smaller ones are hashed in less time than it takes to ask whether they changed. */
const leastBytes = 8 << 20
const keepMs = 3_600_000
const mostFiles = 1_000

export function createVerifiedFiles(driver: BlobDriver, clock: Clock): VerifiedFiles {
  const seen = new Map<Digest, BlobStat & { readonly at: number }>()
  return {
    async has(digest) {
      const known = seen.get(digest)
      if (known === undefined) return false
      const file = await driver.head(blobKey(digest))
      const isSame = file?.sizeBytes === known.sizeBytes && file.modifiedAt === known.modifiedAt
      if (isSame && known.at > clock.now() - keepMs) return true
      seen.delete(digest)
      return false
    },
    async add(digest, sizeBytes, since) {
      if (!driver.isLocal || sizeBytes < leastBytes) return
      const file = await driver.head(blobKey(digest))
      // Changed while it was read: which bytes were right is not known.
      if (file === undefined || file.sizeBytes !== sizeBytes || file.modifiedAt >= since) return
      seen.delete(digest)
      seen.set(digest, { ...file, at: clock.now() })
      const [oldest] = seen.keys()
      if (seen.size > mostFiles && oldest !== undefined) seen.delete(oldest)
    },
  }
}
