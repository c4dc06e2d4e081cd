import { type SpanRecord, toSpan } from '../../modules/tracking/index.ts'
import { compact } from './wire-json.ts'

/** A span as protobuf's JSON of OpenTelemetry: names with underscores, ids in base64, integers of 64 bits as texts. */
export function toSpanMessage(record: SpanRecord): object {
  const { events, links, statusMessage } = toSpan({ ...record, attributes: '{}' })
  return compact({
    trace_id: toBase64(record.traceId),
    span_id: toBase64(record.id),
    ...(record.parentId === undefined ? {} : { parent_span_id: toBase64(record.parentId) }),
    name: record.name,
    ...(record.kind === 'unspecified' ? {} : { kind: `SPAN_KIND_${record.kind.toUpperCase()}` }),
    start_time_unix_nano: record.startNs,
    ...(record.endNs === undefined ? {} : { end_time_unix_nano: record.endNs }),
    attributes: toKeyValues(record.attributes),
    events: events.map((event) =>
      compact({
        name: event.name,
        time_unix_nano: event.timeNs,
        attributes: toKeyValues(JSON.stringify(event.attributes ?? {})),
      }),
    ),
    links: links.map((link) =>
      compact({
        trace_id: toBase64(link.traceId),
        span_id: toBase64(link.spanId),
        attributes: toKeyValues(JSON.stringify(link.attributes ?? {})),
      }),
    ),
    status: {
      code: `STATUS_CODE_${record.status}`,
      ...(statusMessage === undefined ? {} : { message: statusMessage }),
    },
  })
}

function toBase64(id: string): string {
  return Buffer.from(id.replace(/^tr-/, ''), 'hex').toString('base64')
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown

/** The values of a text of JSON as AnyValue; the spelling of a number says whether it is an integer. */
function toKeyValues(json: string): readonly object[] {
  const revive: Reviver = (_key, value, { source = '' }) => toAnyValue(value, source)
  const { kvlist_value } = JSON.parse(json, revive as never) as { kvlist_value: { values: readonly object[] } }
  return kvlist_value.values
}

function toAnyValue(value: unknown, source: string): object {
  if (typeof value === 'string') return { string_value: value }
  if (typeof value === 'boolean') return { bool_value: value }
  if (typeof value === 'number') return /[.eE]/.test(source) ? { double_value: value } : { int_value: source }
  if (value === null) return {}
  if (Array.isArray(value)) return { array_value: { values: value } }
  return { kvlist_value: { values: Object.entries(value as object).map(([key, own]) => ({ key, value: own })) } }
}
