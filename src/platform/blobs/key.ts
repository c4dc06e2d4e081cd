import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { blobErrors, type Digest } from './blobs.ts'

/**
 * The only maker of driver keys. A key is built from a checked digest or upload id and never from a caller's text, so no
 * path of any kind, climbing, absolute or encoded, can reach a driver.
 *
 *   blobs/ab/cd/<digest>                the bytes
 *   held/<digest>                       empty; its age stands for the blob's (see `Blobs.hold`)
 *   uploads/<id>/new                    empty; the upload exists
 *   uploads/<id>/<offset, 16 digits>    one received part
 */
export const blobPrefix = 'blobs/'
export const heldPrefix = 'held/'
export const uploadsPrefix = 'uploads/'

export function checkDigest(digest: string): Digest {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw blobErrors.digest_invalid({ digest })
  return digest
}

export function blobKey(digest: Digest): string {
  checkDigest(digest)
  return `${blobPrefix}${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`
}

/** Where a server keeps the bytes with this digest, when its data directory is their store. */
export function blobPath(dataDir: string, digest: Digest): string {
  return join(dataDir, 'blobs', ...blobKey(digest).split('/'))
}

export function heldKey(digest: Digest): string {
  return heldPrefix + checkDigest(digest)
}

/** The digest that a key under `blobs/` or `held/` ends with; undefined for a stray file. */
export function digestOf(key: string): Digest | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1)
  return /^[0-9a-f]{64}$/.test(name) ? name : undefined
}

/** Uploads of bytes with a known digest share an id; others get a random one. */
export function newUploadId(digest: Digest | undefined): string {
  const body = digest === undefined ? randomUUID().replaceAll('-', '') : checkDigest(digest).slice(0, 32)
  return `upl_${body}`
}

export function isUploadId(id: string): boolean {
  return /^upl_[0-9a-f]{32}$/.test(id)
}

export function uploadPrefix(id: string): string {
  if (!isUploadId(id)) throw blobErrors.upload_not_found({ id })
  return `${uploadsPrefix}${id}/`
}

export function uploadMarkerKey(id: string): string {
  return `${uploadPrefix(id)}new`
}

export function uploadPartKey(id: string, offset: number): string {
  return uploadPrefix(id) + String(offset).padStart(16, '0')
}

/** First byte of the part under this key; undefined for the marker. */
export function partOffset(key: string): number | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1)
  return /^\d{16}$/.test(name) ? Number(name) : undefined
}

/** The upload id in a key under `uploads/`. */
export function uploadOf(key: string): string {
  return key.split('/')[1] ?? ''
}
