import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal, Readable } from 'node:stream'
import { isAppError } from '../../kernel/errors.ts'
import { databaseErrors } from '../db/index.ts'
import { type BlobRef, type Body, blobErrors } from './blobs.ts'
import type { StagedFile } from './driver.ts'
import { createHashing } from './hash-thread.ts'
import { type HashedFile, hashedFile } from './hashed-file.ts'

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

/** Chunks are gathered to this size before a write. */
const batchBytes = 1 << 20
/** Less than this is hashed on the event loop, in 3 ms at most: a thread takes ten times as long to start. */
const threadBytes = 4 << 20

/** One for the process: what it knows is about files that are being written. */
const hashing = createHashing()

export async function stage(
  folder: string,
  body: Body,
  options: StageOptions = {},
): Promise<Staged & { readonly broken?: unknown }> {
  // A body that fails before it is read tells whoever reads it; unheard, it would end the process.
  if (body instanceof Readable) body.on('error', () => undefined)
  const path = join(folder, randomUUID())
  const file = await openStaged(folder, path)
  const writer = new StagedWriter(file.fd, options.expect?.sizeBytes)
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
    await writer.leave()
    await file.close()
    return { ...ref, path, ...(broken === undefined ? {} : { broken }) }
  } catch (error) {
    await writer.leave()
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

/** Gathers chunks into batches. What is small is hashed here; what is not goes to a thread, batch by batch. */
class StagedWriter {
  sizeBytes = 0
  isDiskFailure = false
  readonly #fd: number
  readonly #limitBytes: number
  #file: HashedFile | undefined
  #batch: Uint8Array[] = []
  #batchBytes = 0
  /** The newest batch; never more than two are on their way. */
  #writing: Promise<void> = Promise.resolve()

  constructor(fd: number, limitBytes = Number.POSITIVE_INFINITY) {
    this.#fd = fd
    this.#limitBytes = limitBytes
  }

  async take(body: Body, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    for await (const chunk of chunksOf(body, signal)) {
      this.sizeBytes += chunk.length
      if (this.sizeBytes > this.#limitBytes) {
        throw blobErrors.blob_mismatch({ expected: `${this.#limitBytes} bytes`, actual: 'more' })
      }
      this.#batch.push(chunk)
      this.#batchBytes += chunk.length
      if (this.#batchBytes >= (this.#file === undefined ? threadBytes : batchBytes))
        await this.#ofDisk(() => this.#flush(hashing.open))
    }
  }

  finish(): Promise<BlobRef> {
    return this.#ofDisk(async () => {
      await this.#flush(hashedFile)
      await this.#writing
      const digest = await this.#open(hashedFile).finish()
      return { digest, sizeBytes: this.sizeBytes }
    })
  }

  async leave(): Promise<void> {
    await this.#file?.leave()
  }

  #open(kind: (fd: number) => HashedFile): HashedFile {
    this.#file ??= kind(this.#fd)
    return this.#file
  }

  async #flush(kind: (fd: number) => HashedFile): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    if (batch.length === 0) return
    const before = this.#writing
    this.#writing = this.#open(kind).write(batch)
    this.#writing.catch(() => undefined)
    await before
  }

  async #ofDisk<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      this.isDiskFailure = true
      throw error
    }
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
