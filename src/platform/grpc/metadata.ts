import type { IncomingHttpHeaders } from 'node:http2'
import { GrpcError, grpcStatus } from './contract.ts'

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000001 }

/** Milliseconds of `grpc-timeout` (grpc/grpc doc/PROTOCOL-HTTP2.md); undefined when the call has no deadline. */
export function timeoutMs(headers: IncomingHttpHeaders): number | undefined {
  const given = headers['grpc-timeout']
  if (given === undefined) return undefined
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(given)) ?? []
  if (digits === undefined || unit === undefined)
    throw new GrpcError(grpcStatus.internal, `grpc-timeout is ${JSON.stringify(given)}, not a number and a unit`)
  return Number(digits) * (unitMs[unit] ?? 1)
}

/** Longer than any message of ours, short enough for every client's limit on headers. */
const maxMessage = 4000

/** The text of `grpc-message`: printable ASCII, the rest as %XX of its UTF-8 bytes. */
export function statusMessage(text: string): string {
  const cut = text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text
  if (/^[ -$&-~]*$/.test(cut)) return cut
  let encoded = ''
  for (const byte of Buffer.from(cut))
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return encoded
}
