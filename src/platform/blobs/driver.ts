import type { Readable } from 'node:stream'
import type { ByteRange } from './blobs.ts'

export interface BlobStat {
  readonly key: string
  readonly sizeBytes: number
  /** Epoch milliseconds. */
  readonly modifiedAt: number
}

/** A whole, synced file in the staging folder, waiting to be stored. */
export interface StagedFile {
  readonly path: string
  readonly sizeBytes: number
}

/**
 * Where bytes lie: a flat namespace of keys (made only in `key.ts`, so a driver never sees a bad one). One file per
 * driver. Concurrent puts of one key are allowed: the last whole one wins and a reader never sees half of one.
 */
export interface BlobDriver {
  /** For messages: the URL without secrets. */
  readonly name: string
  /** Folder where files are staged; for a disk on the same file system as the store, so that storing is a rename. */
  readonly stagingFolder: string
  /** Capability: the stored bytes are themselves local files, and storing again is cheaper than comparing. */
  readonly isLocal: boolean
  /** Stores the file under `key`, durably, or nothing. The staged file is the driver's: it is gone afterwards either way. */
  put(key: string, file: StagedFile, signal?: AbortSignal): Promise<void>
  /** Undefined when there is none. The range is inside the blob. */
  get(key: string, range?: Required<ByteRange>): Promise<Readable | undefined>
  /** Undefined when there is none. */
  head(key: string): Promise<BlobStat | undefined>
  /** Keys that start with `prefix`, in any order. */
  list(prefix: string): AsyncIterable<BlobStat>
  /** Succeeds when there is none. */
  delete(key: string): Promise<void>
  /** A local driver: the file under `key`, or undefined when there is none. Others answer undefined always. */
  localFile(key: string): Promise<string | undefined>
}
