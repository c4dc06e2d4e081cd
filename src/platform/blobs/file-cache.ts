import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '../runtime/index.ts'
import type { Digest } from './blobs.ts'
import { isSystemError, stage } from './staging.ts'

/**
 * Local copies of remote blobs for readers that need a file. A copy is verified before it appears; the least recently
 * used ones go when the copies exceed the bound, but never one that was asked for in the last ten minutes: its reader
 * may be about to open it. So the bound may be exceeded for that long.
 */
export interface FileCache {
  /** The local copy; `open` gives the bytes when there is none. Throws when they are not the digest's. */
  path(digest: Digest, open: () => Promise<Readable>): Promise<string>
}

export interface FileCacheOptions {
  readonly folder: string
  readonly limitBytes: number
  readonly clock: Clock
}

const keepMs = 600_000

export function createFileCache(options: FileCacheOptions): FileCache {
  const fetching = new Map<Digest, Promise<string>>()
  return {
    async path(digest, open) {
      const path = join(options.folder, 'files', digest.slice(0, 2), digest)
      const seconds = options.clock.now() / 1000
      try {
        await utimes(path, seconds, seconds)
        return path
      } catch (error) {
        if (!isSystemError(error, 'ENOENT')) throw error
      }
      const running = fetching.get(digest) ?? fetch(path, digest, open).finally(() => fetching.delete(digest))
      fetching.set(digest, running)
      return running
    },
  }

  async function fetch(path: string, digest: Digest, open: () => Promise<Readable>): Promise<string> {
    const staged = await stage(join(options.folder, 'staging'), await open(), { expect: { digest } })
    await mkdir(dirname(path), { recursive: true })
    await rename(staged.path, path)
    await evict(join(options.folder, 'files'), options)
    return path
  }
}

async function evict(folder: string, { limitBytes, clock }: FileCacheOptions): Promise<void> {
  const copies: { path: string; sizeBytes: number; usedAt: number }[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const facts = await stat(path).catch(() => undefined)
    if (facts !== undefined) copies.push({ path, sizeBytes: facts.size, usedAt: facts.mtimeMs })
  }
  copies.sort((a, b) => a.usedAt - b.usedAt)
  let surplus = copies.reduce((sum, copy) => sum + copy.sizeBytes, 0) - limitBytes
  for (const { path, sizeBytes, usedAt } of copies) {
    if (surplus <= 0 || usedAt > clock.now() - keepMs) return
    await rm(path, { force: true })
    surplus -= sizeBytes
  }
}
