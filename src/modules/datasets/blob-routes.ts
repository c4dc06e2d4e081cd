import type { RawRequest, RawRoute } from '../../kernel/route.ts'
import { type Blobs, blobErrors } from '../../platform/blobs/index.ts'
import { expectedBody, readingBody } from './body-expectation.ts'
import { answerContent } from './content-answer.ts'

/** `PUT /v1/blobs` stores a body; `GET` and `HEAD /v1/blobs/{digest}` give it back, whole or a range. */
export function blobRoutes(blobs: Blobs): RawRoute[] {
  const content = async (request: RawRequest) => {
    const { digest = '' } = request.params
    const blob = await blobs.find(digest)
    if (blob === undefined) throw blobErrors.blob_not_found({ digest })
    return answerContent(blobs, request, blob)
  }
  return [
    {
      method: 'PUT',
      path: '/v1/blobs',
      summary: 'Store bytes; answers their digest and size. With Slipway-Digest, other bytes are refused.',
      body: 'stream',
      allow: 'blobs:write',
      run: async (request) => {
        const expect = expectedBody(request)
        const ref = await readingBody(request, (body) => blobs.write(body, { expect, signal: request.signal }))
        return { status: 201, body: ref }
      },
    },
    {
      method: 'GET',
      path: '/v1/blobs/{digest}',
      summary: 'Read stored bytes, or a range of them.',
      body: 'none',
      allow: 'blobs:read',
      run: content,
    },
    {
      method: 'HEAD',
      path: '/v1/blobs/{digest}',
      summary: 'Ask whether bytes are stored, and how many.',
      body: 'none',
      allow: 'blobs:read',
      run: content,
    },
  ]
}
