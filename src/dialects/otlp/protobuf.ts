/**
 * Reads an ExportTraceServiceRequest in protobuf's binary form. Attribute values go from the wire straight to the texts
 * of JSON that are stored, with no object between: this is where the time of an export would go.
 *
 * Field numbers: opentelemetry-proto, trace/v1, common/v1 and resource/v1 (stable). A case is a tag: number * 8 + wire type.
 */
import { isAppError } from '../../kernel/errors.ts'
import { WireReader } from '../../platform/grpc/index.ts'
import { malformed } from './otlp-error.ts'
import { doubleText, emptySpan, type Origin, objectText, type SentSpan, textOf } from './sent-span.ts'

// Deeper than any instrumentation nests, and far from the end of the stack.
const maxDepth = 64

export function readProtobuf(bytes: Buffer): SentSpan[] {
  const spans: SentSpan[] = []
  try {
    const request = new WireReader(bytes)
    eachField(request, (tag) => {
      if (tag !== 10) return false
      readResourceSpans(request.bytes(), spans)
      return true
    })
  } catch (error) {
    throw isAppError(error) && error.code === 'grpc_message_malformed'
      ? malformed(String(error.details.problem))
      : error
  }
  return spans
}

/**
 * Calls `field` for each field of the message; it answers false for one it does not read. The tag is the field's number
 * times eight plus its wire type, so that a field of an unexpected type is unknown.
 */
function eachField(message: WireReader, field: (tag: number) => boolean): void {
  while (message.next()) if (!field(message.field * 8 + message.type)) message.pass()
}

function readResourceSpans(bytes: Buffer, spans: SentSpan[]): void {
  let resource = '{}'
  // The resource may stand after the spans it belongs to, so it is looked for first.
  const first = new WireReader(bytes)
  eachField(first, (tag) => {
    if (tag !== 10) return false
    resource = readResource(first.message())
    return true
  })
  const second = new WireReader(bytes)
  eachField(second, (tag) => {
    if (tag !== 18) return false
    readScopeSpans(second.bytes(), resource, spans)
    return true
  })
}

function readResource(message: WireReader): string {
  const attributes = new Map<string, string>()
  eachField(message, (tag) => {
    if (tag !== 10) return false
    readKeyValue(message.message(), attributes, 0)
    return true
  })
  return objectText(attributes)
}

function readScopeSpans(bytes: Buffer, resource: string, spans: SentSpan[]): void {
  let scope = '""'
  const first = new WireReader(bytes)
  eachField(first, (tag) => {
    if (tag !== 10) return false
    scope = readScope(first.message())
    return true
  })
  const second = new WireReader(bytes)
  const origin: Origin = { resource, scope }
  eachField(second, (tag) => {
    if (tag !== 18) return false
    spans.push(readSpan(second.message(), origin))
    return true
  })
}

function readScope(message: WireReader): string {
  let name = ''
  eachField(message, (tag) => {
    if (tag !== 10) return false
    name = message.string()
    return true
  })
  return textOf(name)
}

function readSpan(message: WireReader, origin: Origin): SentSpan {
  const span = emptySpan(origin)
  while (message.next()) {
    switch (message.field * 8 + message.type) {
      case 10:
        span.traceId = message.hex()
        break
      case 18:
        span.id = message.hex()
        break
      case 34:
        span.parentId = message.hex()
        break
      case 42:
        span.name = message.string()
        break
      case 48:
        span.kind = message.uint32()
        break
      case 57:
        span.startNs = String(message.fixed64())
        break
      case 65:
        span.endNs = String(message.fixed64())
        break
      case 74:
        readKeyValue(message.message(), span.attributes, 0)
        break
      case 90:
        span.events.push(readEvent(message.message()))
        break
      case 106:
        span.links.push(readLink(message.message()))
        break
      case 122:
        readStatus(message.message(), span)
        break
      default:
        message.pass()
    }
  }
  return span
}

function readStatus(message: WireReader, span: SentSpan): void {
  eachField(message, (tag) => {
    if (tag === 18) span.statusMessage = message.string()
    else if (tag === 24) span.statusCode = message.uint32()
    else return false
    return true
  })
}

function readEvent(message: WireReader): string {
  const fields = new Map([
    ['name', '""'],
    ['timeNs', '"0"'],
  ])
  const attributes = new Map<string, string>()
  eachField(message, (tag) => {
    if (tag === 9) fields.set('timeNs', `"${message.fixed64()}"`)
    else if (tag === 18) fields.set('name', textOf(message.string()))
    else if (tag === 26) readKeyValue(message.message(), attributes, 0)
    else return false
    return true
  })
  if (attributes.size > 0) fields.set('attributes', objectText(attributes))
  return objectText(fields)
}

function readLink(message: WireReader): string {
  const fields = new Map([
    ['traceId', '""'],
    ['spanId', '""'],
  ])
  const attributes = new Map<string, string>()
  eachField(message, (tag) => {
    if (tag === 10) fields.set('traceId', `"tr-${message.hex()}"`)
    else if (tag === 18) fields.set('spanId', `"${message.hex()}"`)
    else if (tag === 34) readKeyValue(message.message(), attributes, 0)
    else return false
    return true
  })
  if (attributes.size > 0) fields.set('attributes', objectText(attributes))
  return objectText(fields)
}

function readKeyValue(message: WireReader, into: Map<string, string>, depth: number): void {
  let key = ''
  let value = 'null'
  while (message.next()) {
    const tag = message.field * 8 + message.type
    if (tag === 10) key = message.string()
    else if (tag === 18) value = readValue(message.message(), depth)
    else message.pass()
  }
  into.set(key, value)
}

/** An AnyValue as a text of JSON; of a value that is set twice the last counts. */
function readValue(message: WireReader, depth: number): string {
  if (depth > maxDepth) throw malformed(`a value is nested more than ${maxDepth} deep`)
  let value = 'null'
  eachField(message, (tag) => {
    if (tag === 10) value = textOf(message.string())
    else if (tag === 16) value = message.bool() ? 'true' : 'false'
    else if (tag === 24) value = message.int64Text()
    else if (tag === 33) value = doubleText(message.double())
    else if (tag === 42) value = readList(message.message(), depth)
    else if (tag === 50) value = readObject(message.message(), depth)
    else if (tag === 58) value = `"${message.base64()}"`
    else return false
    return true
  })
  return value
}

function readList(message: WireReader, depth: number): string {
  const values: string[] = []
  eachField(message, (tag) => {
    if (tag !== 10) return false
    values.push(readValue(message.message(), depth + 1))
    return true
  })
  return `[${values.join(',')}]`
}

function readObject(message: WireReader, depth: number): string {
  const fields = new Map<string, string>()
  eachField(message, (tag) => {
    if (tag !== 10) return false
    readKeyValue(message.message(), fields, depth + 1)
    return true
  })
  return objectText(fields)
}
