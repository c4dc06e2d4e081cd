import { errorKinds, toAppError } from '../../kernel/errors.ts'
import type { RawResponse } from '../../kernel/route.ts'
import type { Encoding } from './body.ts'
import { isOtlpError } from './otlp-error.ts'

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const

/** An ExportTraceServiceResponse: empty, or with what was not stored, which the sender must not send again. */
export function exported(encoding: Encoding, rejected: { readonly count: number; readonly why: string }): RawResponse {
  const headers = { 'content-type': contentTypes[encoding] }
  if (encoding === 'json') {
    const partialSuccess = { rejectedSpans: String(rejected.count), errorMessage: rejected.why }
    return { headers, body: JSON.stringify(rejected.count === 0 ? {} : { partialSuccess }) }
  }
  if (rejected.count === 0) return { headers, body: new Uint8Array() }
  const partial = Buffer.concat([field(1, rejected.count), field(2, rejected.why)])
  return { headers, body: field(1, partial) }
}

/** Anything thrown as google.rpc.Status in the encoding of the request. */
export function failed(encoding: Encoding, thrown: unknown, requestId: string): RawResponse {
  const { status, code, message } = factsOf(thrown, requestId)
  const headers = {
    'content-type': contentTypes[encoding],
    // Exporters wait so long before they try again.
    ...(status === 429 || status === 503 ? { 'retry-after': '1' } : {}),
  }
  if (encoding === 'json') return { status, headers, body: JSON.stringify({ code, message }) }
  return { status, headers, body: Buffer.concat([field(1, code), field(2, message)]) }
}

function factsOf(thrown: unknown, requestId: string): { status: number; code: number; message: string } {
  if (isOtlpError(thrown)) return thrown
  const error = toAppError(thrown, requestId)
  const { http, grpc } = errorKinds[error.kind]
  return { status: http, code: grpc, message: error.message }
}

/** One field of protobuf: a number, a text or a message. */
function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.from([number * 8, ...varint(value)])
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}
