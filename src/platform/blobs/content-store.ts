import { rm } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Clock } from '../runtime/index.ts'
import { type BlobRef, type Blobs, type ByteRange, blobErrors, type Digest } from './blobs.ts'
import { createDigestUsage, type DigestUsage } from './digest-usage.ts'
import type { BlobDriver } from './driver.ts'
import type { FileCache } from './file-cache.ts'
import { blobKey, checkDigest, heldKey } from './key.ts'
import { type Staged, stage } from './staging.ts'
import { createVerifiedFiles, type VerifiedFiles } from './verified-files.ts'
import { verifiedStream } from './verified-stream.ts'

/** Content addressing over any driver: the part of `Blobs` that reads and writes by digest. */
export interface ContentStore
  extends Pick<Blobs, 'write' | 'read' | 'bytes' | 'find' | 'hold' | 'localPath' | 'verify'> {
  /**
   * Deletes one blob unless it was written or held at `cutoff` or later. Within one process nothing can come between the
   * check and the deletion; between processes the window is one request to the driver.
   */
  deleteUnused(digest: Digest, cutoff: number): Promise<boolean>
}

interface LocalParts {
  readonly cache: FileCache
  readonly clock: Clock
  /** Files are handed out as copies, wherever the store lies. */
  readonly copiesFiles: boolean
}

interface Parts extends LocalParts {
  readonly driver: BlobDriver
  readonly usage: DigestUsage
  /** Digests whose stored bytes this process found wrong: the next write of them replaces what is there. */
  readonly damaged: Set<Digest>
  readonly verified: VerifiedFiles
}

export function createContentStore(driver: BlobDriver, local: LocalParts): ContentStore {
  const verified = createVerifiedFiles(driver, local.clock)
  const parts: Parts = { driver, ...local, usage: createDigestUsage(), damaged: new Set(), verified }
  return {
    async write(body, options = {}) {
      const staged = await stage(driver.stagingFolder, body, options)
      try {
        return await parts.usage.using(staged.digest, () => put(parts, staged, options.signal))
      } catch (error) {
        // A store that is away may fail before it takes the file over, and uploads tried again would fill the disk.
        await rm(staged.path, { force: true })
        throw error
      }
    },
    read: (digest, range) => read(parts, digest, range),
    async bytes(digest, limitBytes = 16 << 20) {
      const { sizeBytes } = await get(parts, digest)
      if (sizeBytes > limitBytes) throw blobErrors.blob_too_large({ digest, sizeBytes, limitBytes })
      return Buffer.concat(await (await read(parts, digest)).toArray())
    },
    find: (digest) => find(parts, digest),
    hold: (digest) => parts.usage.using(checkDigest(digest), () => hold(parts, digest)),
    localPath: (digest) => localPath(parts, digest),
    verify: (digest) => verify(parts, digest),
    async deleteUnused(digest, cutoff) {
      return (await parts.usage.alone(digest, () => deleteOlder(parts, digest, cutoff))) ?? false
    },
  }
}

async function find({ driver }: Parts, digest: Digest): Promise<BlobRef | undefined> {
  const stat = await driver.head(blobKey(digest))
  return stat === undefined ? undefined : { digest, sizeBytes: stat.sizeBytes }
}

async function get(parts: Parts, digest: Digest): Promise<BlobRef> {
  const ref = await find(parts, digest)
  if (ref === undefined) throw blobErrors.blob_not_found({ digest })
  return ref
}

async function put(parts: Parts, staged: Staged, signal: AbortSignal | undefined): Promise<BlobRef> {
  const { driver, damaged } = parts
  const { digest, sizeBytes } = staged
  // On a disk storing again is a rename, and repairs what was damaged; elsewhere it would be a transfer.
  const stored = driver.isLocal || damaged.has(digest) ? undefined : await hold(parts, digest)
  if (stored?.sizeBytes === sizeBytes) await rm(staged.path, { force: true })
  else {
    await driver.put(blobKey(digest), staged, signal)
    // Hashed on its way to this very file.
    await parts.verified.add(digest, sizeBytes, Number.POSITIVE_INFINITY)
  }
  damaged.delete(digest)
  return { digest, sizeBytes }
}

/** A blob or a marker younger than this needs no new marker. */
const freshMs = 3_600_000

async function hold({ driver, clock }: Parts, digest: Digest): Promise<BlobRef | undefined> {
  const stat = await driver.head(blobKey(digest))
  if (stat === undefined) return undefined
  const isFresh = (modifiedAt = 0) => modifiedAt > clock.now() - freshMs
  if (!isFresh(stat.modifiedAt) && !isFresh((await driver.head(heldKey(digest)))?.modifiedAt)) {
    await driver.put(heldKey(digest), await stage(driver.stagingFolder, ''))
  }
  return { digest, sizeBytes: stat.sizeBytes }
}

/** Whole bytes are verified as they pass, unless that was done a short while ago; those of a range cannot be. */
async function read(parts: Parts, digest: Digest, range?: ByteRange): Promise<Readable> {
  if (range === undefined) return (await parts.verified.has(digest)) ? open(parts, digest) : readVerified(parts, digest)
  return open(parts, digest, boundsOf(range, (await get(parts, digest)).sizeBytes))
}

async function open({ driver }: Parts, digest: Digest, bounds?: Required<ByteRange>): Promise<Readable> {
  const body = await driver.get(blobKey(digest), bounds)
  if (body === undefined) throw blobErrors.blob_not_found({ digest })
  return body
}

async function readVerified(parts: Parts, digest: Digest): Promise<Readable> {
  const since = parts.clock.now()
  const body = await open(parts, digest)
  const verified = verifiedStream(digest, {
    onRight: (sizeBytes) => void parts.verified.add(digest, sizeBytes, since).catch(() => undefined),
    onWrong: (actual) => markDamaged(parts, digest, actual),
  })
  // The reader sees what happens to the stream it has; nobody else waits for this.
  pipeline(body, verified, () => undefined)
  return verified
}

function boundsOf({ start, end }: ByteRange, sizeBytes: number): Required<ByteRange> {
  const last = Math.min(end ?? sizeBytes - 1, sizeBytes - 1)
  const isWhole = Number.isSafeInteger(start) && Number.isSafeInteger(last)
  if (!isWhole || start < 0 || start > last) {
    throw blobErrors.range_invalid({ range: `${start}-${end ?? ''}`, sizeBytes })
  }
  return { start, end: last }
}

async function verify(parts: Parts, digest: Digest): Promise<void> {
  await finished((await readVerified(parts, digest)).resume())
}

async function localPath(parts: Parts, digest: Digest): Promise<string> {
  if (parts.driver.isLocal && !parts.copiesFiles) {
    const path = await parts.driver.localFile(blobKey(digest))
    if (path === undefined) throw blobErrors.blob_not_found({ digest })
    return path
  }
  // Copied through a verified read.
  return parts.cache.path(checkDigest(digest), () => read(parts, digest))
}

function markDamaged({ damaged }: Parts, digest: Digest, actual: string) {
  damaged.add(digest)
  return blobErrors.blob_corrupt({ digest, actual })
}

async function deleteOlder({ driver }: Parts, digest: Digest, cutoff: number): Promise<boolean> {
  for (const key of [heldKey(digest), blobKey(digest)]) {
    if (((await driver.head(key))?.modifiedAt ?? 0) >= cutoff) return false
  }
  await driver.delete(blobKey(digest))
  await driver.delete(heldKey(digest))
  return true
}
