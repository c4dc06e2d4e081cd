/** Writes ExportTraceServiceRequests in protobuf's binary form, for tests and benchmarks; the server only reads them. */

export interface WrittenSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startNs: bigint
  readonly endNs: bigint
  readonly attributes?: Readonly<Record<string, Value>>
  readonly status?: number
}

/** A bigint is an integer, a number a double. */
export type Value = string | boolean | bigint | number | readonly Value[] | { readonly [key: string]: Value }

export function writeRequest(spans: readonly WrittenSpan[], resource: Readonly<Record<string, Value>> = {}): Buffer {
  const scopeSpans = Buffer.concat(spans.map((span) => message(2, writeSpan(span))))
  return message(1, Buffer.concat([message(1, keyValues(1, resource)), message(2, scopeSpans)]))
}

function writeSpan(span: WrittenSpan): Buffer {
  return Buffer.concat([
    message(1, Buffer.from(span.traceId, 'hex')),
    message(2, Buffer.from(span.spanId, 'hex')),
    ...(span.parentSpanId === undefined ? [] : [message(4, Buffer.from(span.parentSpanId, 'hex'))]),
    message(5, Buffer.from(span.name)),
    fixed64(7, span.startNs),
    fixed64(8, span.endNs),
    keyValues(9, span.attributes ?? {}),
    message(15, Buffer.from([24, span.status ?? 0])),
  ])
}

function keyValues(number: number, pairs: Readonly<Record<string, Value>>): Buffer {
  const written = Object.entries(pairs).map(([key, value]) =>
    message(number, Buffer.concat([message(1, Buffer.from(key)), message(2, anyValue(value))])),
  )
  return Buffer.concat(written)
}

function anyValue(value: Value): Buffer {
  if (typeof value === 'string') return message(1, Buffer.from(value))
  if (typeof value === 'boolean') return Buffer.from([16, value ? 1 : 0])
  if (typeof value === 'bigint') return Buffer.concat([Buffer.from([24]), varint(BigInt.asUintN(64, value))])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes[0] = 33
    bytes.writeDoubleLE(value, 1)
    return bytes
  }
  if (Array.isArray(value)) return message(5, Buffer.concat(value.map((one: Value) => message(1, anyValue(one)))))
  return message(6, keyValues(1, value as Readonly<Record<string, Value>>))
}

function message(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(bytes.length)), bytes])
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = number * 8 + 1
  bytes.writeBigUInt64LE(value, 1)
  return bytes
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return Buffer.from([...bytes, Number(rest)])
}
