/**
 * Reads an ExportTraceServiceRequest in JSON: protobuf's mapping with lowerCamelCase names, except that ids are
 * hexadecimal and enums are numbers (opentelemetry.io/docs/specs/otlp, JSON Protobuf Encoding). Integers of 64 bits come as
 * strings or numbers; unknown fields are passed over.
 */
import { malformed } from './otlp-error.ts'
import { doubleText, emptySpan, type Origin, objectText, type SentSpan, textOf } from './sent-span.ts'

type Message = Readonly<Record<string, unknown>>

const maxDepth = 64

export function readJson(bytes: Buffer): SentSpan[] {
  const spans: SentSpan[] = []
  for (const resourceSpans of list(parse(bytes), 'resourceSpans')) {
    const resource = attributesOf(child(resourceSpans, 'resource'))
    for (const scopeSpans of list(resourceSpans, 'scopeSpans')) {
      const origin = { resource: objectText(resource), scope: textOf(text(child(scopeSpans, 'scope'), 'name')) }
      for (const span of list(scopeSpans, 'spans')) spans.push(readSpan(span, origin))
    }
  }
  return spans
}

function parse(bytes: Buffer): Message {
  try {
    return asMessage(JSON.parse(bytes.toString()), 'the request')
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(error.message)
    throw error
  }
}

function readSpan(sent: Message, origin: Origin): SentSpan {
  const status = child(sent, 'status')
  return {
    ...emptySpan(origin),
    traceId: text(sent, 'traceId').toLowerCase(),
    id: text(sent, 'spanId').toLowerCase(),
    parentId: text(sent, 'parentSpanId').toLowerCase(),
    name: text(sent, 'name'),
    kind: choice(sent, 'kind', 'SPAN_KIND_', ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']),
    startNs: whole(sent, 'startTimeUnixNano'),
    endNs: whole(sent, 'endTimeUnixNano'),
    attributes: attributesOf(sent),
    statusCode: choice(status, 'code', 'STATUS_CODE_', ['UNSET', 'OK', 'ERROR']),
    statusMessage: text(status, 'message'),
    events: list(sent, 'events').map(readEvent),
    links: list(sent, 'links').map(readLink),
  }
}

function readEvent(sent: Message): string {
  const fields = new Map([
    ['name', textOf(text(sent, 'name'))],
    ['timeNs', `"${whole(sent, 'timeUnixNano')}"`],
  ])
  return withAttributes(fields, attributesOf(sent))
}

function readLink(sent: Message): string {
  const fields = new Map([
    ['traceId', textOf(`tr-${text(sent, 'traceId').toLowerCase()}`)],
    ['spanId', textOf(text(sent, 'spanId').toLowerCase())],
  ])
  return withAttributes(fields, attributesOf(sent))
}

function withAttributes(fields: Map<string, string>, attributes: Map<string, string>): string {
  if (attributes.size > 0) fields.set('attributes', objectText(attributes))
  return objectText(fields)
}

function attributesOf(sent: Message, name = 'attributes', depth = 0): Map<string, string> {
  return new Map(list(sent, name).map((pair) => [text(pair, 'key'), valueText(child(pair, 'value'), depth)]))
}

function valueText(value: Message, depth: number): string {
  if (depth > maxDepth) throw malformed(`a value is nested more than ${maxDepth} deep`)
  if (value.stringValue !== undefined) return textOf(text(value, 'stringValue'))
  if (value.boolValue !== undefined) return value.boolValue === true ? 'true' : 'false'
  if (value.intValue !== undefined) return whole(value, 'intValue')
  if (value.doubleValue !== undefined) return doubleText(Number(value.doubleValue))
  if (value.bytesValue !== undefined) return textOf(text(value, 'bytesValue'))
  if (value.arrayValue !== undefined) {
    const values = list(child(value, 'arrayValue'), 'values')
    return `[${values.map((one) => valueText(one, depth + 1)).join(',')}]`
  }
  if (value.kvlistValue !== undefined) {
    return objectText(attributesOf(child(value, 'kvlistValue'), 'values', depth + 1))
  }
  return 'null'
}

function asMessage(value: unknown, what: string): Message {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(`${what} is no object`)
  return value as Message
}

function child(sent: Message, name: string): Message {
  return asMessage(sent[name] ?? {}, name)
}

function list(sent: Message, name: string): Message[] {
  const value = sent[name] ?? []
  if (!Array.isArray(value)) throw malformed(`${name} is no list`)
  return value.map((one) => asMessage(one, `an entry of ${name}`))
}

function text(sent: Message, name: string): string {
  const value = sent[name] ?? ''
  if (typeof value !== 'string') throw malformed(`${name} is no text`)
  return value
}

/** An integer of 64 bits as decimal text. */
function whole(sent: Message, name: string): string {
  const value = sent[name] ?? '0'
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return String(BigInt(value))
  if (typeof value === 'number' && Number.isInteger(value)) return String(BigInt(value))
  throw malformed(`${name} is no integer`)
}

/** An enum by number, or as careless senders write it by name. */
function choice(sent: Message, name: string, prefix: string, names: readonly string[]): number {
  const value = sent[name] ?? 0
  if (typeof value === 'number') return value
  return Math.max(0, names.indexOf(String(value).replace(prefix, '')))
}
