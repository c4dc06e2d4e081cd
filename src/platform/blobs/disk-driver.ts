import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { databaseErrors } from '../db/index.ts'
import { faultPoint } from '../runtime/index.ts'
import { type ByteRange, blobErrors } from './blobs.ts'
import type { BlobDriver, BlobStat, StagedFile } from './driver.ts'
import { fileStream } from './file-stream.ts'
import { isSystemError } from './staging.ts'

/**
 * Blobs as read-only files under one folder. A put is a rename of a synced file inside one file system, then a sync of
 * the folder, so it is whole or absent and survives a power cut. Symbolic links inside the store are never followed.
 */
export async function openDiskDriver(folder: string): Promise<BlobDriver> {
  const stagingFolder = join(folder, 'staging')
  await mkdir(stagingFolder, { recursive: true }).catch((error: Error) => {
    const advice = 'Name another folder, or make this one writable.'
    const details = { store: `file:${folder}`, problem: error.message, advice }
    throw blobErrors.blob_store_unavailable(details, { cause: error })
  })
  const root = await realpath(folder)
  const pathOf = (key: string) => join(root, ...key.split('/'))
  return {
    name: `file:${folder}`,
    stagingFolder: join(root, 'staging'),
    isLocal: true,
    put: (key, file) => put(root, pathOf(key), file),
    get: (key, range) => get(pathOf(key), range),
    async head(key) {
      const file = await openInside(pathOf(key))
      if (file === undefined) return undefined
      try {
        const facts = await file.stat()
        return { key, sizeBytes: facts.size, modifiedAt: facts.mtimeMs }
      } finally {
        await file.close()
      }
    },
    list: (prefix) => list(root, prefix),
    async delete(key) {
      if (await isInside(dirname(pathOf(key)))) await rm(pathOf(key), { force: true })
    },
    async localFile(key) {
      const file = await openInside(pathOf(key))
      await file?.close()
      return file === undefined ? undefined : pathOf(key)
    },
  }
}

async function put(root: string, path: string, file: StagedFile): Promise<void> {
  const folder = dirname(path)
  try {
    faultPoint('blobs.write.staged')
    const firstMade = await mkdir(folder, { recursive: true })
    if (!(await isInside(folder))) throw blobErrors.blob_store_unsafe({ path: folder })
    await rename(file.path, path)
    faultPoint('blobs.write.renamed')
    await syncFolders(folder, firstMade === undefined ? folder : dirname(firstMade))
  } catch (error) {
    await rm(file.path, { force: true })
    if (isSystemError(error, 'ENOSPC', 'EDQUOT')) throw databaseErrors.disk_full({ what: root }, { cause: error })
    throw error
  }
}

/** Makes the names in `folder` and its parents up to `last` durable. */
async function syncFolders(folder: string, last: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    const handle = await open(path, 'r')
    await handle.sync().finally(() => handle.close())
    if (path === last) return
  }
}

async function get(path: string, range: Required<ByteRange> | undefined): Promise<Readable | undefined> {
  const file = await openInside(path)
  return file === undefined ? undefined : fileStream(file, range)
}

/** False when the folder is missing or a link leads out of it. */
async function isInside(folder: string): Promise<boolean> {
  return (await realpath(folder).catch(() => undefined)) === folder
}

/** Opens a stored file; undefined when there is none, or when a link stands in its place or on the way to it. */
async function openInside(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    if (await isInside(dirname(path))) return file
    await file.close()
    return undefined
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK')) return undefined
    throw error
  }
}

async function* list(root: string, prefix: string): AsyncGenerator<BlobStat> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const pending = [folder]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const entries = await readdir(join(root, at), { withFileTypes: true }).catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return []
      throw error
    })
    for (const entry of entries) {
      const key = at + entry.name
      if (entry.isDirectory() && (key.startsWith(prefix) || prefix.startsWith(key))) pending.push(`${key}/`)
      if (!entry.isFile() || !key.startsWith(prefix)) continue
      const facts = await stat(join(root, ...key.split('/'))).catch(() => undefined)
      if (facts !== undefined) yield { key, sizeBytes: facts.size, modifiedAt: facts.mtimeMs }
    }
  }
}
