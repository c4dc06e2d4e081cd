import { z } from 'zod'
import type { Json, JsonObject } from '../../../kernel/json.ts'

/**
 * One timed step of a trace, in the model of OpenTelemetry. Times are nanoseconds since 1970 as decimal text, because a
 * double cannot hold them.
 */

export const SpanKind = z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'])
export type SpanKind = z.infer<typeof SpanKind>

export const SpanStatus = z.enum(['UNSET', 'OK', 'ERROR'])
export type SpanStatus = z.infer<typeof SpanStatus>

/** What every span has, whether its values are texts of JSON or are read. */
interface SpanFacts {
  /** `tr-` and the 32 hexadecimal digits of the trace. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly parentId?: string | undefined
  readonly name: string
  readonly kind: SpanKind
  readonly status: SpanStatus
  readonly startNs: string
  /** Absent while the step is under way. */
  readonly endNs?: string | undefined
}

/**
 * A span as it is stored. Its attributes and details are texts of JSON, so that a number keeps its spelling: an integer
 * of 64 bits and a `1.0` come back as they were sent. Read them with `toSpan`.
 */
export interface SpanRecord extends SpanFacts {
  /** An object. */
  readonly attributes: string
  /** `{statusMessage?, events?, links?, scope?, resource?}`, the shapes of `Span`. */
  readonly details: string
}

const anyObject = z.record(z.string(), z.json())
export const SpanEvent = z.object({ name: z.string(), timeNs: z.string(), attributes: anyObject.optional() })
const SpanLink = z.object({ traceId: z.string(), spanId: z.string(), attributes: anyObject.optional() })

export const Span = z.object({
  id: z.string(),
  traceId: z.string(),
  parentId: z.string().optional(),
  name: z.string(),
  kind: SpanKind,
  status: SpanStatus,
  statusMessage: z.string().optional(),
  startNs: z.string().describe('Nanoseconds since 1970.'),
  endNs: z.string().optional(),
  attributes: anyObject,
  events: z.array(SpanEvent),
  links: z.array(SpanLink),
  /** What made the span: the service, its host. */
  resource: anyObject,
  scope: z.string().optional(),
})
export type Span = z.infer<typeof Span>

export function toSpan(record: SpanRecord): Span {
  const { attributes, details, ...facts } = record
  return { events: [], links: [], resource: {}, ...facts, ...read(details), attributes: read(attributes) } as Span
}

function read(text: string): JsonObject {
  return JSON.parse(text) as { [key: string]: Json }
}

/** Milliseconds of a text of nanoseconds. */
export function toMs(ns: string): number {
  return Number(ns.slice(0, -6))
}

/** What the spans of one trace say of it together. */
export interface TraceExtent {
  readonly id: string
  startedAt: number
  endedAt: number | undefined
  /** The span without a parent, when it is among them. */
  root: SpanRecord | undefined
}

export function extentsOf(spans: readonly SpanRecord[]): TraceExtent[] {
  const extents = new Map<string, TraceExtent>()
  for (const span of spans) {
    const startedAt = toMs(span.startNs)
    const endedAt = span.endNs === undefined ? undefined : toMs(span.endNs)
    let extent = extents.get(span.traceId)
    if (extent === undefined) {
      extent = { id: span.traceId, startedAt, endedAt, root: undefined }
      extents.set(span.traceId, extent)
    }
    extent.startedAt = Math.min(extent.startedAt, startedAt)
    if (endedAt !== undefined) extent.endedAt = Math.max(extent.endedAt ?? endedAt, endedAt)
    if (span.parentId === undefined) extent.root = span
  }
  return [...extents.values()]
}
