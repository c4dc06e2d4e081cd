import type { Readable } from 'node:stream'
import type { ByteRange } from './blobs.ts'

export interface BlobStat {
  readonly key: string
  readonly sizeBytes: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
}

/**
 * Where bytes lie: a flat namespace of keys (`[a-z0-9/._-]`, checked once at the door). Five required methods, one file
 * per driver. Concurrent puts of one key are allowed: the last whole one wins and a reader never sees half of one.
 */
export interface BlobDriver {
  /** Stores the whole stream under `key`, or nothing. */
  put(
    key: string,
    body: Readable,
    options?: { readonly sizeBytes?: number; readonly signal?: AbortSignal },
  ): Promise<void>
  /** Throws `blob_not_found` when there is none. */
  get(key: string, range?: ByteRange): Promise<Readable>
  /** Undefined when there is none. */
  head(key: string): Promise<BlobStat | undefined>
  /** Keys that start with `prefix`, in any order. */
  list(prefix: string): AsyncIterable<BlobStat>
  /** Succeeds when there is none. */
  delete(key: string): Promise<void>
}
