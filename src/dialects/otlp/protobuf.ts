/**
 * Reads an ExportTraceServiceRequest in protobuf's binary form. Attribute values go from the wire straight to the texts
 * of JSON that are stored, with no object between: this is where the time of an export would go.
 *
 * Field numbers: opentelemetry-proto, trace/v1, common/v1 and resource/v1 (stable). A case is a tag: number * 8 + wire type.
 */
import { malformed } from './otlp-error.ts'
import { doubleText, emptySpan, type Origin, objectText, type SentSpan, textOf } from './sent-span.ts'
import { eachField, WireReader } from './wire-reader.ts'

// Deeper than any instrumentation nests, and far from the end of the stack.
const maxDepth = 64

export function readProtobuf(bytes: Buffer): SentSpan[] {
  const reader = new WireReader(bytes)
  const spans: SentSpan[] = []
  eachField(reader, bytes.length, (tag) => {
    if (tag !== 10) return false
    readResourceSpans(reader, spans)
    return true
  })
  return spans
}

function readResourceSpans(reader: WireReader, spans: SentSpan[]): void {
  const end = reader.end()
  const start = reader.at
  let resource = '{}'
  // The resource may stand after the spans it belongs to, so it is looked for first.
  eachField(reader, end, (tag) => {
    if (tag !== 10) return false
    resource = readResource(reader)
    return true
  })
  reader.at = start
  eachField(reader, end, (tag) => {
    if (tag !== 18) return false
    readScopeSpans(reader, resource, spans)
    return true
  })
}

function readResource(reader: WireReader): string {
  const attributes = new Map<string, string>()
  eachField(reader, reader.end(), (tag) => {
    if (tag !== 10) return false
    readKeyValue(reader, attributes, 0)
    return true
  })
  return objectText(attributes)
}

function readScopeSpans(reader: WireReader, resource: string, spans: SentSpan[]): void {
  const end = reader.end()
  const start = reader.at
  let scope = '""'
  eachField(reader, end, (tag) => {
    if (tag !== 10) return false
    scope = readScope(reader)
    return true
  })
  reader.at = start
  const origin: Origin = { resource, scope }
  eachField(reader, end, (tag) => {
    if (tag !== 18) return false
    spans.push(readSpan(reader, origin))
    return true
  })
}

function readScope(reader: WireReader): string {
  let name = ''
  eachField(reader, reader.end(), (tag) => {
    if (tag !== 10) return false
    name = reader.text()
    return true
  })
  return textOf(name)
}

function readSpan(reader: WireReader, origin: Origin): SentSpan {
  const span = emptySpan(origin)
  const end = reader.end()
  while (reader.at < end) {
    const tag = reader.varint()
    switch (tag) {
      case 10:
        span.traceId = reader.hex()
        break
      case 18:
        span.id = reader.hex()
        break
      case 34:
        span.parentId = reader.hex()
        break
      case 42:
        span.name = reader.text()
        break
      case 48:
        span.kind = reader.varint()
        break
      case 57:
        span.startNs = reader.fixed64()
        break
      case 65:
        span.endNs = reader.fixed64()
        break
      case 74:
        readKeyValue(reader, span.attributes, 0)
        break
      case 90:
        span.events.push(readEvent(reader))
        break
      case 106:
        span.links.push(readLink(reader))
        break
      case 122:
        readStatus(reader, span)
        break
      default:
        if (tag < 8) throw malformed('a field has the number 0')
        reader.passOver(tag & 7)
    }
  }
  if (reader.at > end) throw malformed('a field is longer than its message')
  return span
}

function readStatus(reader: WireReader, span: SentSpan): void {
  eachField(reader, reader.end(), (tag) => {
    if (tag === 18) span.statusMessage = reader.text()
    else if (tag === 24) span.statusCode = reader.varint()
    else return false
    return true
  })
}

function readEvent(reader: WireReader): string {
  const fields = new Map([
    ['name', '""'],
    ['timeNs', '"0"'],
  ])
  const attributes = new Map<string, string>()
  eachField(reader, reader.end(), (tag) => {
    if (tag === 9) fields.set('timeNs', `"${reader.fixed64()}"`)
    else if (tag === 18) fields.set('name', textOf(reader.text()))
    else if (tag === 26) readKeyValue(reader, attributes, 0)
    else return false
    return true
  })
  if (attributes.size > 0) fields.set('attributes', objectText(attributes))
  return objectText(fields)
}

function readLink(reader: WireReader): string {
  const fields = new Map([
    ['traceId', '""'],
    ['spanId', '""'],
  ])
  const attributes = new Map<string, string>()
  eachField(reader, reader.end(), (tag) => {
    if (tag === 10) fields.set('traceId', `"tr-${reader.hex()}"`)
    else if (tag === 18) fields.set('spanId', `"${reader.hex()}"`)
    else if (tag === 34) readKeyValue(reader, attributes, 0)
    else return false
    return true
  })
  if (attributes.size > 0) fields.set('attributes', objectText(attributes))
  return objectText(fields)
}

function readKeyValue(reader: WireReader, into: Map<string, string>, depth: number): void {
  let key = ''
  let value = 'null'
  const end = reader.end()
  while (reader.at < end) {
    const tag = reader.varint()
    if (tag === 10) key = reader.text()
    else if (tag === 18) value = readValue(reader, depth)
    else if (tag < 8) throw malformed('a field has the number 0')
    else reader.passOver(tag & 7)
  }
  if (reader.at > end) throw malformed('a field is longer than its message')
  into.set(key, value)
}

/** An AnyValue as a text of JSON; of a value that is set twice the last counts. */
function readValue(reader: WireReader, depth: number): string {
  if (depth > maxDepth) throw malformed(`a value is nested more than ${maxDepth} deep`)
  let value = 'null'
  eachField(reader, reader.end(), (tag) => {
    if (tag === 10) value = textOf(reader.text())
    else if (tag === 16) value = reader.varint() === 0 ? 'false' : 'true'
    else if (tag === 24) value = reader.int64()
    else if (tag === 33) value = doubleText(reader.double())
    else if (tag === 42) value = readList(reader, depth)
    else if (tag === 50) value = readObject(reader, depth)
    else if (tag === 58) value = `"${reader.base64()}"`
    else return false
    return true
  })
  return value
}

function readList(reader: WireReader, depth: number): string {
  const values: string[] = []
  eachField(reader, reader.end(), (tag) => {
    if (tag !== 10) return false
    values.push(readValue(reader, depth + 1))
    return true
  })
  return `[${values.join(',')}]`
}

function readObject(reader: WireReader, depth: number): string {
  const fields = new Map<string, string>()
  eachField(reader, reader.end(), (tag) => {
    if (tag !== 10) return false
    readKeyValue(reader, fields, depth + 1)
    return true
  })
  return objectText(fields)
}
