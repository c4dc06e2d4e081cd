import type { RawRequest, RawResponse } from '../../kernel/route.ts'
import type { BlobRef, Blobs, ByteRange } from '../../platform/blobs/index.ts'

/** The bytes of a blob as HTTP gives them (RFC 9110): whole, one range, unchanged, or only the headers. */
export async function answerContent(
  blobs: Blobs,
  request: RawRequest,
  content: BlobRef & { readonly fileName?: string },
): Promise<RawResponse> {
  const { digest, sizeBytes } = content
  const etag = `"${digest}"`
  const headers: Record<string, string> = {
    etag,
    'accept-ranges': 'bytes',
    // What is stored under a digest never changes; it is still for those who may read it only.
    'cache-control': 'private, max-age=31536000, immutable',
    // Stored bytes are never a page of this server.
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    ...(content.fileName === undefined ? {} : { 'content-disposition': attachment(content.fileName) }),
  }
  if (matches(headerOf(request, 'if-none-match'), etag)) return { status: 304, headers }
  const range = rangeOf(request, content)
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${sizeBytes}` } }
  }
  const length = range === undefined ? sizeBytes : range.end - range.start + 1
  headers['content-length'] = String(length)
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end}/${sizeBytes}`
  const status = range === undefined ? 200 : 206
  if (request.method === 'HEAD') return { status, headers }
  return { status, headers, body: await blobs.read(digest, range) }
}

/** The one range that was asked for. Several at once, or a range of an older content, are answered with everything. */
function rangeOf(
  request: RawRequest,
  { digest, sizeBytes }: BlobRef,
): Required<ByteRange> | 'unsatisfiable' | undefined {
  const condition = headerOf(request, 'if-range')
  if (condition !== undefined && condition !== `"${digest}"`) return undefined
  const match = /^bytes=(\d*)-(\d*)$/.exec(headerOf(request, 'range') ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const [, first = '', last = ''] = match
  // `-500` is the last 500 bytes.
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (first !== '' && last !== '' && Number(last) < start) return undefined
  return start > end ? 'unsatisfiable' : { start, end }
}

function matches(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false
  return condition.trim() === '*' || condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

export function headerOf(request: RawRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

// RFC 8187; the plain form is for old clients.
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
