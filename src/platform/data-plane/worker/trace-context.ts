import { randomFillSync } from 'node:crypto'
import { type RequestMetadata, splitPoint } from '../../inference/index.ts'

/** Where a request stands in a trace (W3C Trace Context, `traceparent`). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the span of the caller. */
  readonly parentId?: string | undefined
}

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

/**
 * Whether a request is traced, and under which id. A caller that traces decides for both; of the others so many percent
 * are, chosen by the prediction's id.
 */
export function traceOf(id: string, metadata: RequestMetadata | undefined, percent: number): TraceContext | undefined {
  const given = metadata?.traceparent
  const found = typeof given === 'string' ? pattern.exec(given) : null
  if (found === null) return percent > 0 && splitPoint('trace', id) < percent ? { traceId: randomHex(16) } : undefined
  const [, traceId = '', parentId, flags = '00'] = found
  return (Number.parseInt(flags, 16) & 1) === 1 ? { traceId, parentId } : undefined
}

const pool = Buffer.alloc(4096)
let at = pool.byteLength

/** Random bytes come in pages: asking the system for each id would cost more than the span. */
export function randomHex(bytes: number): string {
  if (at + bytes > pool.byteLength) {
    randomFillSync(pool)
    at = 0
  }
  at += bytes
  return pool.toString('hex', at - bytes, at)
}
