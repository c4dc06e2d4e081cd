import type { SpanKind, SpanRecord, SpanStatus } from '../../modules/tracking/index.ts'

/** A span as it came, in either encoding: values are texts of JSON already, ids hexadecimal and not yet checked. */
export interface SentSpan {
  traceId: string
  id: string
  parentId: string
  name: string
  kind: number
  startNs: string
  endNs: string
  /** Texts of JSON by key. */
  attributes: Map<string, string>
  statusCode: number
  statusMessage: string
  events: string[]
  links: string[]
  readonly origin: Origin
}

/** What the spans of one scope share: texts of JSON. */
export interface Origin {
  readonly resource: string
  readonly scope: string
}

export function emptySpan(origin: Origin): SentSpan {
  return {
    traceId: '',
    id: '',
    parentId: '',
    name: '',
    kind: 0,
    startNs: '0',
    endNs: '0',
    attributes: new Map(),
    statusCode: 0,
    statusMessage: '',
    events: [],
    links: [],
    origin,
  }
}

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
const statuses: readonly SpanStatus[] = ['UNSET', 'OK', 'ERROR']
const traceIdPattern = /^(?!0{32})[0-9a-f]{32}$/
const spanIdPattern = /^(?!0{16})[0-9a-f]{16}$/

/** Why a span cannot be stored; undefined when it can. */
export function problemOf(span: SentSpan): string | undefined {
  if (!traceIdPattern.test(span.traceId)) return `trace_id "${span.traceId}" is not 16 bytes that are not all zero`
  if (!spanIdPattern.test(span.id)) return `span_id "${span.id}" is not 8 bytes that are not all zero`
  if (span.startNs === '0') return `span ${span.id} has no start_time_unix_nano`
  return undefined
}

export function toRecord(span: SentSpan): SpanRecord {
  // A parent of zeros is how some senders write that there is none.
  const parentId = spanIdPattern.test(span.parentId) ? span.parentId : undefined
  return {
    traceId: `tr-${span.traceId}`,
    id: span.id,
    ...(parentId === undefined ? {} : { parentId }),
    name: cleanText(span.name),
    kind: kinds[span.kind] ?? 'unspecified',
    status: statuses[span.statusCode] ?? 'UNSET',
    startNs: span.startNs,
    ...(span.endNs === '0' ? {} : { endNs: span.endNs }),
    attributes: objectText(span.attributes),
    details: detailsText(span),
  }
}

function detailsText({ statusMessage, events, links, origin }: SentSpan): string {
  const fields = new Map<string, string>()
  if (statusMessage !== '') fields.set('statusMessage', textOf(statusMessage))
  if (events.length > 0) fields.set('events', `[${events.join(',')}]`)
  if (links.length > 0) fields.set('links', `[${links.join(',')}]`)
  if (origin.scope !== '""') fields.set('scope', origin.scope)
  if (origin.resource !== '{}') fields.set('resource', origin.resource)
  return objectText(fields)
}

/** Values that are texts of JSON as one text of JSON. */
export function objectText(fields: ReadonlyMap<string, string>): string {
  let text = ''
  for (const [key, value] of fields) text += `${text === '' ? '{' : ','}${textOf(key)}:${value}`
  return text === '' ? '{}' : `${text}}`
}

/** A string as JSON. */
export function textOf(value: string): string {
  return JSON.stringify(cleanText(value))
}

/** PostgreSQL stores neither the character 0 nor half a surrogate pair. */
function cleanText(value: string): string {
  const text = value.isWellFormed() ? value : value.toWellFormed()
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

/** A number of a double; one that is whole keeps its `.0`, so that it does not come back as an integer. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  const text = String(value)
  return Number.isInteger(value) && !text.includes('e') ? `${Object.is(value, -0) ? '-0' : text}.0` : text
}
