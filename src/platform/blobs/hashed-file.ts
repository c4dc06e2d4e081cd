import { createHash } from 'node:crypto'
import { fdatasync, writev } from 'node:fs'
import { promisify } from 'node:util'
import type { Digest } from './blobs.ts'

/**
 * A file that is written in order and hashed in the same pass: this thread hashes one batch while the thread pool writes
 * the one before and makes durable what came earlier, so that little is left for the end.
 */
export interface HashedFile {
  /** Resolves when the batch is written; the next may be given before. Rejects as the file system does, and so does all that follows. */
  write(batch: readonly Uint8Array[]): Promise<void>
  /** Makes everything durable. */
  finish(): Promise<Digest>
  /** Resolves when nothing uses the file anymore, whatever failed. Only then may it be closed. */
  leave(): Promise<void>
}

const syncEveryBytes = 64 << 20
const writeChunks = promisify(writev)
const sync = promisify(fdatasync)

/** Over an open file descriptor, which stays the caller's. */
export function hashedFile(fd: number): HashedFile {
  const hash = createHash('sha256')
  let writing = Promise.resolve()
  let syncing = Promise.resolve()
  let [unsyncedBytes, isSyncing] = [0, false]

  async function writeNext(batch: readonly Uint8Array[], before: Promise<void>): Promise<void> {
    await before
    unsyncedBytes += await writeFully(fd, batch)
    if (isSyncing || unsyncedBytes < syncEveryBytes) return
    isSyncing = true
    unsyncedBytes = 0
    // The system tells of a failed sync only once, so `finish` asks this one too.
    syncing = Promise.all([syncing, sync(fd)]).then(() => {
      isSyncing = false
    })
    syncing.catch(() => undefined)
  }

  return {
    write(batch) {
      for (const chunk of batch) hash.update(chunk)
      writing = writeNext(batch, writing)
      return writing
    },
    async finish() {
      await writing
      await syncing
      await sync(fd)
      return hash.digest('hex')
    },
    async leave() {
      await Promise.allSettled([writing, syncing])
    },
  }
}

// A write may stop short (a disk filling up does that before it says ENOSPC), so the rest is written again.
async function writeFully(fd: number, chunks: readonly Uint8Array[]): Promise<number> {
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  let rest = [...chunks]
  while (rest.length > 0) {
    let { bytesWritten } = await writeChunks(fd, rest)
    while (rest[0] !== undefined && bytesWritten >= rest[0].length) bytesWritten -= rest.shift()?.length ?? 0
    if (rest[0] !== undefined && bytesWritten > 0) rest = [rest[0].subarray(bytesWritten), ...rest.slice(1)]
  }
  return sizeBytes
}
