import { headerOf } from '../../kernel/byte-range.ts'
import type { RawRequest } from '../../kernel/route.ts'
import type { BlobRef } from '../../platform/blobs/index.ts'
import { Digest, datasetErrors } from './model.ts'

/** What the client says about the bytes: `Slipway-Digest` (SHA-256 in hex) and, for a whole body, its length. */
export function expectedDigest(request: RawRequest): Pick<BlobRef, 'digest'> | undefined {
  const digest = headerOf(request, 'slipway-digest')
  if (digest === undefined) return undefined
  if (!Digest.safeParse(digest).success) throw datasetErrors.digest_header_invalid({ value: digest })
  return { digest }
}

export function expectedBody(request: RawRequest): Partial<BlobRef> {
  const length = headerOf(request, 'content-length')
  return { ...expectedDigest(request), ...(length === undefined ? {} : { sizeBytes: Number(length) }) }
}

/** A refused body is read to its end, within reason, so that the client comes to read the answer. */
const drainBytes = 64 << 20

export async function readingBody<T>(
  request: RawRequest,
  work: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const { stream } = request
  try {
    return await work(stream.iterator({ destroyOnReturn: false }))
  } catch (error) {
    let drained = 0
    stream.on('error', () => undefined)
    stream.on('data', (chunk: Uint8Array) => {
      drained += chunk.length
      if (drained > drainBytes) stream.destroy()
    })
    throw error
  }
}
