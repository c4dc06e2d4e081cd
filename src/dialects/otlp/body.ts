import { promisify } from 'node:util'
import { gunzip, inflate, type ZlibOptions } from 'node:zlib'
import type { RawRequest } from '../../kernel/route.ts'
import { readJson } from './json.ts'
import { malformed, tooLarge, unsupported } from './otlp-error.ts'
import { readProtobuf } from './protobuf.ts'
import type { SentSpan } from './sent-span.ts'

/** Largest request as sent, and after it is unpacked; exporters send 512 spans at once, far below either. */
export const limitBytes = 16 * 1024 * 1024
const unpackedBytes = 64 * 1024 * 1024
const maxSpans = 10_000

export type Encoding = 'protobuf' | 'json'

/** The encoding of the request, and so of its answer. JSON for anything else: people can read it. */
export function encodingOf(request: RawRequest): Encoding {
  return mediaType(request) === 'application/x-protobuf' ? 'protobuf' : 'json'
}

export async function readSpans(request: RawRequest): Promise<SentSpan[]> {
  const type = mediaType(request)
  if (type !== 'application/x-protobuf' && type !== 'application/json') {
    throw unsupported(`The content type "${type}" is not read here: use application/x-protobuf or application/json.`)
  }
  const bytes = await unpack(request)
  const spans = type === 'application/json' ? readJson(bytes) : readProtobuf(bytes)
  if (spans.length > maxSpans) {
    throw tooLarge(`A request may hold ${maxSpans} spans, this one holds ${spans.length}: send smaller batches.`)
  }
  return spans
}

const unpackers = new Map([
  ['gzip', promisify<Uint8Array, ZlibOptions, Buffer>(gunzip)],
  ['deflate', promisify<Uint8Array, ZlibOptions, Buffer>(inflate)],
])

async function unpack(request: RawRequest): Promise<Buffer> {
  const encoding = String(request.headers['content-encoding'] ?? 'identity').toLowerCase()
  const { bytes } = request
  if (encoding === 'identity') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const unpacker = unpackers.get(encoding)
  if (unpacker === undefined) {
    throw unsupported(`The content encoding "${encoding}" is not read here: use gzip, deflate or none.`)
  }
  try {
    return await unpacker(bytes, { maxOutputLength: unpackedBytes })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(`A request may unpack to ${unpackedBytes} bytes at most.`)
    throw malformed(`it is not ${encoding}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function mediaType(request: RawRequest): string {
  return String(request.headers['content-type'] ?? '')
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase() as string
}
