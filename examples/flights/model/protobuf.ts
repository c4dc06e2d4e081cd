/**
 * Writing protocol buffers: the two wire types that ONNX files need. A message is the list of its encoded fields, so
 * nesting is function calls. Format: https://protobuf.dev/programming-guides/encoding/
 */
export type Field = Uint8Array

const lengthDelimited = 2

/** A nested message, or the whole file when there is no field number. */
export function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields)
}

export function integerField(field: number, value: number): Field {
  return Buffer.concat([varint(field * 8), varint(value)])
}

export function bytesField(field: number, value: Uint8Array | string): Field {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([varint(field * 8 + lengthDelimited), varint(bytes.length), bytes])
}

/** Repeated integers, packed into one field. */
export function integersField(field: number, values: readonly number[]): Field {
  return bytesField(field, Buffer.concat(values.map(varint)))
}

/** Repeated float32, packed: little-endian, four bytes each. */
export function floatsField(field: number, values: readonly number[]): Field {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, i * 4)
  return bytesField(field, bytes)
}

/** Seven bits a byte, lowest first; the high bit says that more follow. Negative numbers do not occur here. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number from 0 up`)
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
