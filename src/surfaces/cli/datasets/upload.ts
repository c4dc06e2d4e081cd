import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { retry } from '../../../kernel/retry.ts'
import { isSlipwayError, type Transport } from '../../../sdk/index.ts'
import { type HashedFile, localFileErrors } from './local-files.ts'

export interface UploadContext {
  readonly send: Transport['raw']
  readonly signal?: AbortSignal
  /** Hears of bytes as the server has them. */
  readonly onBytes?: (bytes: number) => void
}

/** Digests asked about in one request; the server takes no more. */
const askedAtOnce = 10_000
const parallelUploads = 8
/** Larger files go up in pieces of this size, so that a broken connection costs one piece and not the file. */
export const pieceBytes = 32 << 20

/** One file for each content that the server does not have yet. */
export async function missingFiles(context: UploadContext, files: readonly HashedFile[]): Promise<HashedFile[]> {
  const byDigest = new Map(files.map((file) => [file.digest, file]))
  const digests = [...byDigest.keys()]
  const missing: HashedFile[] = []
  for (let at = 0; at < digests.length; at += askedAtOnce) {
    const answer = await context.send('POST', '/v1/blobs/missing', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ digests: digests.slice(at, at + askedAtOnce) }),
      ...signalOf(context),
    })
    const { missing: some } = (await answer.json()) as { missing: string[] }
    for (const digest of some) {
      const file = byDigest.get(digest)
      if (file !== undefined) missing.push(file)
    }
  }
  return missing
}

/** Stores the files' bytes. Repeats safely: what was stored before a failure is not sent again. */
export async function uploadFiles(context: UploadContext, files: readonly HashedFile[]): Promise<void> {
  const rest = files.values()
  let failed = false
  const work = async () => {
    for (const file of rest) {
      if (failed) return
      await (file.sizeBytes <= pieceBytes ? uploadWhole(context, file) : uploadPieces(context, file))
    }
  }
  const guarded = () =>
    work().catch((error: unknown) => {
      failed = true
      throw error
    })
  const results = await Promise.allSettled(Array.from({ length: parallelUploads }, guarded))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}

async function uploadWhole(context: UploadContext, file: HashedFile): Promise<void> {
  const body = await readFile(file.localPath)
  await again(context, file, () =>
    context.send('PUT', '/v1/blobs', { headers: bytesHeaders(file), body, ...signalOf(context) }),
  )
  context.onBytes?.(file.sizeBytes)
}

/** A resumable upload, named by the digest: an earlier run that was cut off is continued. */
async function uploadPieces(context: UploadContext, file: HashedFile): Promise<void> {
  const standing = async (method: string, path: string, options = {}) =>
    (await (await context.send(method, path, { ...options, ...signalOf(context) })).json()) as Standing
  const begun = await again(context, file, () => standing('POST', '/v1/uploads', { headers: digestHeader(file) }))
  const path = `/v1/uploads/${begun.id}`
  let offset = begun.offset
  context.onBytes?.(offset)
  while (offset < file.sizeBytes) {
    const next = await again(context, file, async (attempt) => {
      // Whatever broke, the server knows what arrived.
      const from = attempt === 1 ? offset : (await standing('GET', path)).offset
      return from < file.sizeBytes ? standing('PATCH', path, piece(file, from)) : { id: begun.id, offset: from }
    })
    context.onBytes?.(next.offset - offset)
    offset = next.offset
  }
  await again(context, file, () =>
    context.send('POST', `${path}/finish`, { headers: digestHeader(file), ...signalOf(context) }),
  ).catch(async (error: unknown) => {
    // The pieces are not the file: it changed between two runs or while it was read. The next run begins anew.
    if (isSlipwayError(error, 'blob_mismatch')) await context.send('DELETE', path)
    throw changedOr(error, file)
  })
}

interface Standing {
  readonly id: string
  readonly offset: number
}

function piece(file: HashedFile, start: number) {
  const end = Math.min(start + pieceBytes, file.sizeBytes) - 1
  const stream = createReadStream(file.localPath, { start, end, highWaterMark: 1 << 20 })
  return {
    headers: { 'content-type': 'application/octet-stream', 'slipway-offset': String(start) },
    body: Readable.toWeb(stream) as ReadableStream,
  }
}

const digestHeader = ({ digest }: HashedFile) => ({ 'slipway-digest': digest })
const bytesHeaders = (file: HashedFile) => ({ ...digestHeader(file), 'content-type': 'application/octet-stream' })
const signalOf = ({ signal }: UploadContext) => (signal === undefined ? {} : { signal })

/** Tries again what another moment may cure: no answer, too busy, a gateway's failure, an offset that was behind. */
async function again<T>(context: UploadContext, file: HashedFile, work: (attempt: number) => Promise<T>): Promise<T> {
  const shouldRetry = (error: unknown) =>
    isSlipwayError(error) && ([0, 429, 502, 503, 504].includes(error.status) || error.code === 'upload_offset_mismatch')
  const policy = { attempts: 6, firstDelayMs: 200, maxDelayMs: 5000, shouldRetry, ...signalOf(context) }
  return retry(policy, work).catch((error: unknown) => {
    throw changedOr(error, file)
  })
}

function changedOr(error: unknown, { localPath }: HashedFile): unknown {
  return isSlipwayError(error, 'blob_mismatch') ? localFileErrors.file_changed({ path: localPath }) : error
}
