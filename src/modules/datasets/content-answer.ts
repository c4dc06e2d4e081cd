import { headerOf, requestedPart } from '../../kernel/byte-range.ts'
import type { RawRequest, RawResponse } from '../../kernel/route.ts'
import type { BlobRef, Blobs } from '../../platform/blobs/index.ts'

/** The bytes of a blob as HTTP gives them (RFC 9110): whole, one range, unchanged, or only the headers. */
export async function answerContent(
  blobs: Blobs,
  request: RawRequest,
  content: BlobRef & { readonly fileName?: string },
): Promise<RawResponse> {
  const { digest, sizeBytes } = content
  const etag = `"${digest}"`
  const headers = {
    etag,
    // What is stored under a digest never changes; it is still for those who may read it only.
    'cache-control': 'private, max-age=31536000, immutable',
    // Stored bytes are never a page of this server.
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    ...(content.fileName === undefined ? {} : { 'content-disposition': attachment(content.fileName) }),
  }
  if (matches(headerOf(request, 'if-none-match'), etag)) return { status: 304, headers }
  const part = requestedPart(request, { etag, sizeBytes })
  const answer = { status: part.status, headers: { ...headers, ...part.headers } }
  if (request.method === 'HEAD' || part.status === 416) return answer
  return { ...answer, body: await blobs.read(digest, part.range) }
}

function matches(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  return condition.trim() === '*' || condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

// RFC 8187; the plain form is for old clients.
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
