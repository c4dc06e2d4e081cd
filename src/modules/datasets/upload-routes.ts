import { headerOf } from '../../kernel/byte-range.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import { type Blobs, blobErrors, type Upload } from '../../platform/blobs/index.ts'
import { expectedDigest, readingBody } from './body-expectation.ts'
import { datasetErrors } from './model.ts'

/**
 * Resumable uploads: `POST /v1/uploads`, then `PATCH` with `Slipway-Offset` as often as it takes, then `POST …/finish`.
 * After a broken connection `HEAD` tells the offset to continue from.
 */
export function uploadRoutes(blobs: Blobs): RawRoute[] {
  const parts = { body: 'none', allow: 'blobs:write' } as const
  return [
    {
      ...parts,
      method: 'POST',
      path: '/v1/uploads',
      summary: 'Begin a resumable upload; with Slipway-Digest, continue the unfinished one of these bytes.',
      run: async (request) => ({
        ...standing(await blobs.createUpload(expectedDigest(request)?.digest)),
        status: 201,
      }),
    },
    {
      ...parts,
      method: 'GET',
      path: '/v1/uploads/{upload}',
      summary: 'Show how far an upload has come.',
      run: (request) => show(blobs, request),
    },
    {
      ...parts,
      method: 'HEAD',
      path: '/v1/uploads/{upload}',
      summary: 'Ask how far an upload has come (Slipway-Offset).',
      run: async (request) => {
        const { headers } = await show(blobs, request)
        return headers === undefined ? {} : { headers }
      },
    },
    {
      ...parts,
      method: 'PATCH',
      path: '/v1/uploads/{upload}',
      summary: 'Append the body at Slipway-Offset. What arrived before the connection broke is kept.',
      body: 'stream',
      run: (request) =>
        readingBody(request, async (body) =>
          standing(await blobs.appendUpload(idOf(request), offsetOf(request), body)),
        ),
    },
    {
      ...parts,
      method: 'POST',
      path: '/v1/uploads/{upload}/finish',
      summary: 'Store what was uploaded as a blob. With Slipway-Digest, other bytes are refused.',
      run: (request) => finish(blobs, request),
    },
    {
      ...parts,
      method: 'DELETE',
      path: '/v1/uploads/{upload}',
      summary: 'Give an upload up.',
      run: async (request) => {
        await blobs.deleteUpload(idOf(request))
        return { status: 204 }
      },
    },
  ]
}

async function finish(blobs: Blobs, request: RawRequest): Promise<RawResponse> {
  const id = idOf(request)
  const expect = expectedDigest(request)
  const isKnown = (await blobs.findUpload(id)) !== undefined
  // A client whose answer got lost asks again: the upload is gone, but what it asked for is done.
  const done = isKnown || expect === undefined ? undefined : await blobs.hold(expect.digest)
  return { status: 201, body: done ?? (await blobs.finishUpload(id, expect)) }
}

async function show(blobs: Blobs, request: RawRequest): Promise<RawResponse> {
  const upload = await blobs.findUpload(idOf(request))
  if (upload === undefined) throw blobErrors.upload_not_found({ id: idOf(request) })
  return standing(upload)
}

function standing(upload: Upload): RawResponse {
  return { headers: { 'slipway-offset': String(upload.offset), 'cache-control': 'no-store' }, body: upload }
}

const idOf = (request: RawRequest) => request.params.upload ?? ''

function offsetOf(request: RawRequest): number {
  const text = headerOf(request, 'slipway-offset') ?? ''
  if (!/^\d{1,15}$/.test(text)) throw datasetErrors.offset_header_invalid({ value: text })
  return Number(text)
}
