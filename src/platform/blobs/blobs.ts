import type { Readable } from 'node:stream'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

/** Lower-case hex SHA-256, 64 characters. */
export type Digest = string

export interface BlobRef {
  readonly digest: Digest
  readonly sizeBytes: number
}

/** First and last byte, both inclusive, as in HTTP; without `end` to the last byte. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

/**
 * A Readable, or any stream of chunks; bytes and text for what is small. The chunks of a stream are the store's from then on:
 * their memory may be gone.
 */
export type Body = AsyncIterable<Uint8Array | string> | Uint8Array | string

/**
 * Bytes under their own SHA-256. Every driver promises the same, and passes the conformance kit of `src/testing`:
 *
 * Concurrency: any number of callers at once, in several processes where the place is shared. Two that store the same
 * bytes both succeed, and one copy is kept. An upload has one writer at a time: whoever comes with a stale offset is refused.
 * Ownership: nobody owns a blob. It stays while some module names it (`blobRoots`); `collect` removes what nobody does.
 * Consistency: a digest stands for the same bytes for ever, nothing is overwritten, and a blob is visible whole or not at all.
 * Durability: what a resolved call stored survives a killed process; a call that failed leaves nothing visible.
 * A failed call may be repeated as it is. What is damaged is told, never returned.
 */
export interface Blobs {
  /**
   * Stores a stream. With `expect`, bytes of another digest or size are refused (`blob_mismatch`) and nothing is kept.
   * Storing bytes that are already there costs the hashing and no space.
   */
  write(body: Body, options?: { readonly expect?: Partial<BlobRef>; readonly signal?: AbortSignal }): Promise<BlobRef>
  /**
   * Throws `blob_not_found`. Without a range the bytes are verified as they pass: a damaged blob ends with the error
   * `blob_corrupt` before its last chunk.
   */
  read(digest: Digest, range?: ByteRange): Promise<Readable>
  /** Whole content, for small blobs only: throws `blob_too_large` beyond `limitBytes` (default 16 MiB). */
  bytes(digest: Digest, limitBytes?: number): Promise<Buffer>
  find(digest: Digest): Promise<BlobRef | undefined>
  /**
   * Like `find`, and restarts the blob's age, so that `collect` leaves it alone until a row names it. Whoever is about to
   * name a blob that it did not write itself asks here.
   */
  hold(digest: Digest): Promise<BlobRef | undefined>
  /**
   * A local file with exactly these bytes, for child processes and engines that open files. On disk it is the stored
   * file itself (read-only); on S3 a cached, verified copy.
   */
  localPath(digest: Digest): Promise<string>
  /** Reads everything back and compares: throws `blob_corrupt` when the bytes do not match the digest. */
  verify(digest: Digest): Promise<void>

  /**
   * A resumable upload: append from the offset that `findUpload` reports, then finish. Survives restarts. With the digest
   * known beforehand, the unfinished upload of these bytes is answered when there is one, whoever began it.
   */
  createUpload(digest?: Digest): Promise<Upload>
  findUpload(id: string): Promise<Upload | undefined>
  /** Appends at `offset`, and keeps what arrived when the body breaks off; a different offset than the upload's own is refused (`upload_offset_mismatch`). */
  appendUpload(id: string, offset: number, body: Body): Promise<Upload>
  finishUpload(id: string, expect?: Partial<BlobRef>): Promise<BlobRef>
  deleteUpload(id: string): Promise<void>

  /**
   * Deletes blobs that `reachable` does not name and that are older than `olderThanMs` (so that a blob just written, not
   * yet named by a row, is safe), and abandoned uploads. A dry run only counts.
   */
  collect(
    reachable: AsyncIterable<Digest> | Iterable<Digest>,
    options: { readonly dryRun: boolean; readonly olderThanMs: number },
  ): Promise<Collection>
}

export interface Upload {
  readonly id: string
  readonly offset: number
}

export interface Collection {
  readonly keptCount: number
  readonly deletedCount: number
  readonly deletedBytes: number
}

export const blobErrors = defineErrors({
  digest_invalid: ['invalid', '"{digest}" is not a digest.', 'A digest is 64 lower-case hexadecimal digits (SHA-256).'],
  blob_not_found: ['not_found', 'There is no blob {digest}.'],
  blob_mismatch: [
    'invalid',
    'The bytes do not match: expected {expected}, got {actual}.',
    'Send the file again; nothing was stored.',
  ],
  blob_corrupt: [
    'internal',
    'Blob {digest} is damaged: its bytes have the digest {actual}.',
    'Store the same file again to repair it.',
  ],
  blob_too_large: ['too_large', 'Blob {digest} has {sizeBytes} bytes, more than the {limitBytes} that fit here.'],
  blob_truncated: [
    'invalid',
    'The upload ended after {receivedBytes} bytes; {expectedBytes} were announced.',
    'Send it again, or use a resumable upload.',
  ],
  blob_store_unsafe: [
    'internal',
    'The blob store leaves its folder at {path}: a symbolic link stands there.',
    'Remove the link; nothing outside the store is read or written.',
  ],
  blob_store_unavailable: ['unavailable', 'The blob store {store} cannot be used: {problem}.', '{advice}'],
  upload_not_found: ['not_found', 'There is no upload {id}.', 'It may be finished or expired; start a new one.'],
  upload_offset_mismatch: [
    'conflict',
    'Upload {id} stands at byte {offset}, not {given}.',
    'Continue from the byte it stands at.',
  ],
  range_invalid: ['invalid', 'The range {range} does not fit a blob of {sizeBytes} bytes.'],
  blob_url_invalid: [
    'invalid',
    'The blob URL {url} is not understood.',
    'Use file:/path or s3://bucket/prefix?endpoint=…',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof blobErrors> {}
}
