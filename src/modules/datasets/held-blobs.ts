import type { BlobRef, Blobs } from '../../platform/blobs/index.ts'

/** How many blobs are looked up at once. */
const lookups = 16

/** Holds blobs, so that none is collected before a row names it; undefined in the place of those that are not stored. */
export async function holdBlobs(blobs: Blobs, digests: readonly string[]): Promise<(BlobRef | undefined)[]> {
  const found: (BlobRef | undefined)[] = new Array(digests.length)
  const rest = digests.entries()
  const work = async () => {
    for (const [index, digest] of rest) found[index] = await blobs.hold(digest)
  }
  await Promise.all(Array.from({ length: lookups }, work))
  return found
}
