import { open, readFile, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { type AppError, isAppError } from '../../kernel/errors.ts'
import { type ByteRange, blobErrors } from './blobs.ts'
import type { BlobDriver, BlobStat, StagedFile } from './driver.ts'
import type { S3Location } from './url.ts'

type Sdk = typeof import('@aws-sdk/client-s3')

/** Up to this size one request; above it parts of this size, or larger when 9,000 parts would not do. */
const partBytes = 8 << 20
const maxParts = 9000
/** Parts in flight: with it memory is bounded to 32 MiB for blobs up to 72 GB. */
const concurrency = 4

interface S3 extends S3Location {
  readonly stagingFolder: string
  /** Loads the SDK (about 40 MB) on first use and keeps one client. */
  readonly connect: () => Promise<{ sdk: Sdk; client: S3Client }>
}

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface S3Access {
  readonly credentials?: S3Credentials | undefined
  /** How long a connection may be silent before the request fails; the SDK then tries twice more. */
  readonly silentMs?: number | undefined
}

/** The SDK itself would wait for ever for a store that takes a request and never answers it. */
const defaultSilentMs = 60_000
const connectMs = 5_000
/** The SDK's own 50 would let 50 slow readers of large files stop everybody else. */
const maxSockets = 1000

/**
 * Blobs as objects of an S3-compatible store. A large file goes up in parts; only its completion makes it visible, and a
 * failure aborts it. The SDK's default checksums (CRC-32) protect every request and response.
 */
export function openS3Driver(location: S3Location, stagingFolder: string, access: S3Access = {}): BlobDriver {
  let connection: Promise<{ sdk: Sdk; client: S3Client }> | undefined
  const connect = async () => {
    const sdk = await import('@aws-sdk/client-s3')
    const { endpoint, region } = location
    const { credentials, silentMs = defaultSilentMs } = access
    const agent = { keepAlive: true, maxSockets }
    const client = new sdk.S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
      requestHandler: {
        connectionTimeout: Math.min(silentMs, connectMs),
        socketTimeout: silentMs,
        httpAgent: agent,
        httpsAgent: agent,
      },
    })
    return { sdk, client }
  }
  const s3: S3 = {
    ...location,
    stagingFolder,
    connect: () => {
      connection ??= connect()
      return connection
    },
  }
  return {
    name: location.name,
    stagingFolder,
    isLocal: false,
    put: (key, file, signal) =>
      guarded(s3, () => put(s3, key, file, signal)).finally(() => rm(file.path, { force: true })),
    get: (key, range) => guarded(s3, () => get(s3, key, range)),
    head: (key) => guarded(s3, () => head(s3, key)),
    list: (prefix) => list(s3, prefix),
    delete: (key) =>
      guarded(s3, async () => {
        const { sdk, client } = await s3.connect()
        await client.send(new sdk.DeleteObjectCommand(address(s3, key)))
      }),
    localFile: async () => undefined,
  }
}

const address = ({ bucket, prefix }: S3, key: string) => ({ Bucket: bucket, Key: prefix + key })

async function put(s3: S3, key: string, file: StagedFile, signal?: AbortSignal): Promise<void> {
  if (file.sizeBytes > partBytes) return putParts(s3, key, file, signal)
  const { sdk, client } = await s3.connect()
  const Body = await readFile(file.path)
  await client.send(new sdk.PutObjectCommand({ ...address(s3, key), Body }), abortable(signal))
}

async function putParts(s3: S3, key: string, file: StagedFile, signal?: AbortSignal): Promise<void> {
  const { sdk, client } = await s3.connect()
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(address(s3, key)), abortable(signal))
  const upload = { ...address(s3, key), UploadId }
  try {
    const Parts = await sendParts({ file, signal }, async (PartNumber, Body) => {
      const { ETag } = await client.send(new sdk.UploadPartCommand({ ...upload, PartNumber, Body }), abortable(signal))
      return { PartNumber, ETag }
    })
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
      abortable(signal),
    )
  } catch (error) {
    // The failure that counts is the first one; parts that even an abort cannot reach expire by the bucket's own rules.
    await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined)
    throw error
  }
}

/** Reads the file part by part, `concurrency` at a time, and answers what `send` gave for each, in order. */
async function sendParts<T>(
  source: { readonly file: StagedFile; readonly signal?: AbortSignal | undefined },
  send: (partNumber: number, bytes: Uint8Array) => Promise<T>,
): Promise<T[]> {
  const { path, sizeBytes } = source.file
  const size = Math.max(partBytes, Math.ceil(sizeBytes / maxParts))
  const count = Math.ceil(sizeBytes / size)
  const results: T[] = []
  const handle = await open(path, 'r')
  let next = 0
  let failed = false
  const work = async () => {
    for (let index = next++; index < count && !failed; index = next++) {
      source.signal?.throwIfAborted()
      const bytes = Buffer.allocUnsafe(Math.min(size, sizeBytes - index * size))
      await readFully(handle, bytes, index * size)
      results[index] = await send(index + 1, bytes)
    }
  }
  const guardedWork = () =>
    work().catch((error: unknown) => {
      failed = true
      throw error
    })
  try {
    const settled = await Promise.allSettled(Array.from({ length: concurrency }, guardedWork))
    const failure = settled.find((one) => one.status === 'rejected')
    if (failure !== undefined) throw failure.reason
    return results
  } finally {
    await handle.close()
  }
}

async function readFully(handle: Awaited<ReturnType<typeof open>>, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) throw new Error('a staged file became shorter while it was sent')
    done += bytesRead
  }
}

async function get(s3: S3, key: string, range?: Required<ByteRange>): Promise<Readable | undefined> {
  const { sdk, client } = await s3.connect()
  const bounds = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` }
  try {
    const { Body } = await client.send(new sdk.GetObjectCommand({ ...address(s3, key), ...bounds }))
    return Body as Readable | undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function head(s3: S3, key: string): Promise<BlobStat | undefined> {
  const { sdk, client } = await s3.connect()
  try {
    const facts = await client.send(new sdk.HeadObjectCommand(address(s3, key)))
    return { key, sizeBytes: facts.ContentLength ?? 0, modifiedAt: facts.LastModified?.getTime() ?? 0 }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function* list(s3: S3, prefix: string): AsyncGenerator<BlobStat> {
  const { sdk, client } = await s3.connect()
  let token: string | undefined
  do {
    const page = await guarded(s3, () =>
      client.send(
        new sdk.ListObjectsV2Command({ Bucket: s3.bucket, Prefix: s3.prefix + prefix, ContinuationToken: token }),
      ),
    )
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      yield { key: Key.slice(s3.prefix.length), sizeBytes: Size, modifiedAt: LastModified?.getTime() ?? 0 }
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
}

const abortable = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal })

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')
}

/** What the SDK throws, in our words. An abort stays an abort. */
async function guarded<T>(s3: S3, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translated(s3, error)
  }
}

const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Create the bucket, or correct its name in the blob URL.',
  AccessDenied: 'Give these credentials read, write, list and delete on the bucket.',
  InvalidAccessKeyId: 'Check AWS_ACCESS_KEY_ID.',
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY and the region.',
  CredentialsProviderError: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.',
}

function translated(s3: S3, error: unknown): AppError | unknown {
  if (isAppError(error) || !(error instanceof Error) || error.name === 'AbortError') return error
  return blobErrors.blob_store_unavailable(
    {
      store: s3.name,
      problem: `${error.name}: ${error.message}`,
      advice: advice[error.name] ?? 'Check the endpoint of the blob URL and the network; then try again.',
    },
    { cause: error },
  )
}
