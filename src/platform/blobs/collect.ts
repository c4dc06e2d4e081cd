import type { Blobs, Collection, Digest } from './blobs.ts'
import type { ContentStore } from './content-store.ts'
import type { BlobDriver } from './driver.ts'
import { blobPrefix, digestOf, heldPrefix, uploadOf, uploadsPrefix } from './key.ts'

export type Collector = Pick<Blobs, 'collect'>

/**
 * Mark and sweep. The reachable digests are read first, whole; a blob younger than the cutoff is kept whatever they say,
 * so a blob that was written or held while they were read is safe.
 */
export function createCollector(
  driver: BlobDriver,
  deleteUnused: ContentStore['deleteUnused'],
  now: () => number,
): Collector {
  return {
    async collect(reachable, { dryRun, olderThanMs }): Promise<Collection> {
      const cutoff = now() - olderThanMs
      const kept = new Set<Digest>()
      for await (const digest of reachable) kept.add(digest)
      const held = await heldSince(driver, cutoff)
      const count = { keptCount: 0, deletedCount: 0, deletedBytes: 0 }
      for await (const { key, sizeBytes, modifiedAt } of driver.list(blobPrefix)) {
        const digest = digestOf(key)
        if (digest === undefined) continue
        const isUnused = !kept.has(digest) && !held.has(digest) && modifiedAt < cutoff
        if (isUnused && (dryRun || (await deleteUnused(digest, cutoff)))) {
          count.deletedCount += 1
          count.deletedBytes += sizeBytes
        } else count.keptCount += 1
      }
      if (!dryRun) await sweepUploads(driver, cutoff)
      return count
    },
  }
}

async function heldSince(driver: BlobDriver, cutoff: number): Promise<Set<Digest>> {
  const held = new Set<Digest>()
  for await (const { key, modifiedAt } of driver.list(heldPrefix)) {
    const digest = digestOf(key)
    if (digest !== undefined && modifiedAt >= cutoff) held.add(digest)
  }
  return held
}

/** Removes uploads of which no part is as young as `cutoff`. */
async function sweepUploads(driver: BlobDriver, cutoff: number): Promise<void> {
  const uploads = new Map<string, { keys: string[]; lastAt: number }>()
  for await (const { key, modifiedAt } of driver.list(uploadsPrefix)) {
    const upload = uploads.get(uploadOf(key)) ?? { keys: [], lastAt: 0 }
    upload.keys.push(key)
    upload.lastAt = Math.max(upload.lastAt, modifiedAt)
    uploads.set(uploadOf(key), upload)
  }
  for (const { keys, lastAt } of uploads.values()) {
    if (lastAt < cutoff) for (const key of keys) await driver.delete(key)
  }
}
