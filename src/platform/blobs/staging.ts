import { createHash, type Hash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal, Readable } from 'node:stream'
import { isAppError } from '../../kernel/errors.ts'
import { databaseErrors } from '../db/index.ts'
import { type BlobRef, type Body, blobErrors } from './blobs.ts'
import type { StagedFile } from './driver.ts'

/**
 * Bytes on their way in: written to a file of a random name in the staging folder and hashed in the same pass, in
 * constant memory. What fails leaves no file; what a killed process left is swept when the store opens.
 */
export interface Staged extends StagedFile, BlobRef {}

export interface StageOptions {
  readonly expect?: Partial<BlobRef> | undefined
  readonly signal?: AbortSignal | undefined
  /** Keep and answer what arrived when the body breaks off; `broken` says why. For resumable uploads. */
  readonly keepPartial?: boolean
}

/** Chunks are gathered to this size before a write; hashing one takes about 0.6 ms, so the event loop stays free. */
const batchBytes = 1 << 20

export async function stage(
  folder: string,
  body: Body,
  options: StageOptions = {},
): Promise<Staged & { readonly broken?: unknown }> {
  const path = join(folder, randomUUID())
  const file = await openStaged(folder, path)
  const writer = new HashingWriter(file, options.expect?.sizeBytes)
  let broken: unknown
  try {
    try {
      await writer.take(body, options.signal)
    } catch (error) {
      if (options.keepPartial !== true || writer.isDiskFailure || writer.sizeBytes === 0) throw error
      broken = error
    }
    const ref = await writer.finish()
    if (broken === undefined) checkExpected(ref, options.expect)
    await file.close()
    return { ...ref, path, ...(broken === undefined ? {} : { broken }) }
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw translated(error, { folder, received: writer.sizeBytes, expected: options.expect?.sizeBytes })
  }
}

/** Removes staged files that nobody has written to for `olderThanMs`. */
export async function sweepStaging(folder: string, cutoff: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const facts = await stat(path).catch(() => undefined)
    if (facts?.isFile() === true && facts.mtimeMs < cutoff) await rm(path, { force: true })
  }
}

async function openStaged(folder: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o444)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw translated(error, { folder, received: 0, expected: undefined })
    await mkdir(folder, { recursive: true })
    return open(path, 'wx', 0o444)
  }
}

/** Hashes on this thread while the previous batch is written by the thread pool: the slower of the two sets the pace. */
class HashingWriter {
  sizeBytes = 0
  isDiskFailure = false
  readonly #file: FileHandle
  readonly #limitBytes: number
  readonly #hash: Hash = createHash('sha256')
  #batch: Uint8Array[] = []
  #batchBytes = 0
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown

  constructor(file: FileHandle, limitBytes = Number.POSITIVE_INFINITY) {
    this.#file = file
    this.#limitBytes = limitBytes
  }

  async take(body: Body, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    for await (const chunk of chunksOf(body, signal)) {
      this.sizeBytes += chunk.length
      if (this.sizeBytes > this.#limitBytes) {
        throw blobErrors.blob_mismatch({ expected: `${this.#limitBytes} bytes`, actual: 'more' })
      }
      this.#hash.update(chunk)
      this.#batch.push(chunk)
      this.#batchBytes += chunk.length
      if (this.#batchBytes >= batchBytes) await this.#flush()
    }
  }

  async finish(): Promise<BlobRef> {
    await this.#flush()
    await this.#settle()
    await this.#file.datasync()
    return { digest: this.#hash.digest('hex'), sizeBytes: this.sizeBytes }
  }

  async #flush(): Promise<void> {
    await this.#settle()
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    if (batch.length === 0) return
    this.#writing = writeFully(this.#file, batch).catch((error: unknown) => {
      this.#failure = error
    })
  }

  async #settle(): Promise<void> {
    await this.#writing
    if (this.#failure === undefined) return
    this.isDiskFailure = true
    throw this.#failure
  }
}

async function* chunksOf(body: Body, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') {
    yield Buffer.from(body)
  } else if (body instanceof Uint8Array) {
    for (let at = 0; at < body.length; at += batchBytes) yield body.subarray(at, at + batchBytes)
  } else {
    if (signal !== undefined && body instanceof Readable) addAbortSignal(signal, body)
    for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
}

// A write may stop short (a disk filling up does that before it says ENOSPC), so the rest is written again.
async function writeFully(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = [...chunks]
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest)
    while (rest[0] !== undefined && bytesWritten >= rest[0].length) bytesWritten -= rest.shift()?.length ?? 0
    if (rest[0] !== undefined && bytesWritten > 0) rest = [rest[0].subarray(bytesWritten), ...rest.slice(1)]
  }
}

function checkExpected(actual: BlobRef, expect: Partial<BlobRef> = {}): void {
  if (expect.sizeBytes !== undefined && actual.sizeBytes < expect.sizeBytes) {
    throw blobErrors.blob_truncated({ receivedBytes: actual.sizeBytes, expectedBytes: expect.sizeBytes })
  }
  if (expect.digest !== undefined && actual.digest !== expect.digest) {
    throw blobErrors.blob_mismatch({ expected: expect.digest, actual: actual.digest })
  }
}

interface Circumstances {
  readonly folder: string
  readonly received: number
  readonly expected: number | undefined
}

function translated(error: unknown, { folder, received, expected }: Circumstances): unknown {
  if (isAppError(error)) return error
  if (isSystemError(error, 'ENOSPC', 'EDQUOT')) return databaseErrors.disk_full({ what: folder }, { cause: error })
  if (isSystemError(error, 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE')) {
    return blobErrors.blob_truncated({ receivedBytes: received, expectedBytes: expected ?? 'more' }, { cause: error })
  }
  return error
}

export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
