import { rm } from 'node:fs/promises'
import { type Blobs, type Body, blobErrors, type Upload } from './blobs.ts'
import type { BlobDriver, BlobStat } from './driver.ts'
import { isUploadId, newUploadId, partOffset, uploadMarkerKey, uploadPartKey, uploadPrefix } from './key.ts'
import { stage } from './staging.ts'

export type Uploads = Pick<Blobs, 'createUpload' | 'findUpload' | 'appendUpload' | 'finishUpload' | 'deleteUpload'>

/**
 * Resumable uploads over any driver. Every append is stored as a part under the upload's key, so an upload survives a
 * restart and can continue at another replica; finishing reads the parts in order through one verified write.
 */
export function createUploads(driver: BlobDriver, store: Pick<Blobs, 'write'>): Uploads {
  const turns = new Map<string, Promise<unknown>>()

  /** Appends and finishes of one upload run one after the other. */
  async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(id) ?? Promise.resolve()).catch(() => undefined).then(work)
    turns.set(id, turn)
    try {
      return await turn
    } finally {
      if (turns.get(id) === turn) turns.delete(id)
    }
  }

  async function find(id: string): Promise<(Upload & { readonly parts: readonly BlobStat[] }) | undefined> {
    if (!isUploadId(id)) return undefined
    const parts: BlobStat[] = []
    let exists = false
    for await (const stat of driver.list(uploadPrefix(id))) {
      if (partOffset(stat.key) === undefined) exists = true
      else parts.push(stat)
    }
    if (!exists) return undefined
    parts.sort((a, b) => (a.key < b.key ? -1 : 1))
    const offset = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
    return { id, offset, parts }
  }

  async function get(id: string) {
    const upload = await find(id)
    if (upload === undefined) throw blobErrors.upload_not_found({ id })
    return upload
  }

  async function append(id: string, given: number, body: Body): Promise<Upload> {
    const { offset } = await get(id)
    if (given !== offset) throw blobErrors.upload_offset_mismatch({ id, offset, given })
    const staged = await stage(driver.stagingFolder, body, { keepPartial: true })
    // An empty part would stand in the place of the next one.
    if (staged.sizeBytes === 0) await rm(staged.path, { force: true })
    else await driver.put(uploadPartKey(id, offset), staged)
    if (staged.broken !== undefined) throw staged.broken
    return { id, offset: offset + staged.sizeBytes }
  }

  async function remove(id: string): Promise<void> {
    // The marker goes first: what remains after a crash is nobody's and is collected.
    await driver.delete(uploadMarkerKey(id))
    for await (const { key } of driver.list(uploadPrefix(id))) await driver.delete(key)
  }

  return {
    createUpload(digest) {
      const id = newUploadId(digest)
      return inTurn(id, async () => {
        const begun = digest === undefined ? undefined : await find(id)
        if (begun !== undefined) return { id, offset: begun.offset }
        await driver.put(uploadMarkerKey(id), await stage(driver.stagingFolder, ''))
        return { id, offset: 0 }
      })
    },
    async findUpload(id) {
      const upload = await find(id)
      return upload === undefined ? undefined : { id, offset: upload.offset }
    },
    appendUpload: (id, offset, body) => inTurn(id, () => append(id, offset, body)),
    finishUpload: (id, expect) =>
      inTurn(id, async () => {
        const { parts } = await get(id)
        const ref = await store.write(concatenated(driver, parts), expect === undefined ? {} : { expect })
        await remove(id)
        return ref
      }),
    deleteUpload: (id) => inTurn(id, () => remove(id)),
  }
}

async function* concatenated(driver: BlobDriver, parts: readonly BlobStat[]): AsyncGenerator<Uint8Array> {
  for (const { key } of parts) {
    const part = await driver.get(key)
    if (part === undefined) throw blobErrors.upload_not_found({ id: key })
    yield* part
  }
}
