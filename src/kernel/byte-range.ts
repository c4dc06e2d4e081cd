import type { RawRequest } from './route.ts'

/** What of a content a request asks for, as HTTP has it (RFC 9110, section 14). */
export interface ContentPart {
  /** 416 when the part lies outside: then there is no body. */
  readonly status: 200 | 206 | 416
  readonly headers: Readonly<Record<string, string>>
  /** Both ends are part of it; absent means everything. */
  readonly range: { readonly start: number; readonly end: number } | undefined
}

export function requestedPart(request: RawRequest, content: { etag: string; sizeBytes: number }): ContentPart {
  const { sizeBytes } = content
  const range = rangeOf(request, content)
  if (range === undefined) return { status: 200, headers: lengthOf(sizeBytes), range }
  if (range.start > range.end) {
    return { status: 416, headers: { 'accept-ranges': 'bytes', 'content-range': `bytes */${sizeBytes}` }, range }
  }
  const place = { 'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}` }
  return { status: 206, headers: { ...lengthOf(range.end - range.start + 1), ...place }, range }
}

const lengthOf = (bytes: number) => ({ 'accept-ranges': 'bytes', 'content-length': String(bytes) })

/** The one range that was asked for. Several at once, or a range of an older content, are answered with everything. */
function rangeOf(request: RawRequest, { etag, sizeBytes }: { etag: string; sizeBytes: number }): ContentPart['range'] {
  const condition = headerOf(request, 'if-range')
  if (condition !== undefined && condition !== etag) return undefined
  const match = /^bytes=(\d*)-(\d*)$/.exec(headerOf(request, 'range') ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const [, first = '', last = ''] = match
  // `-500` is the last 500 bytes.
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  return first !== '' && last !== '' && Number(last) < start ? undefined : { start, end }
}

export function headerOf(request: RawRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
