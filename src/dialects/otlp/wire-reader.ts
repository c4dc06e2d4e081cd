import { malformed } from './otlp-error.ts'

/** The primitives of protobuf's wire format over one buffer, without a copy. Every length is checked against the end. */
export class WireReader {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  /** An unsigned number up to 2^53: tags, lengths, enums. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 10; count++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw malformed('a number has more than ten bytes')
  }

  /** A signed integer of 64 bits as decimal text. */
  int64(): string {
    const start = this.at
    for (let count = 0; count < 7; count++) {
      // Up to seven bytes fit a double.
      if (this.#byte() < 0x80) {
        this.at = start
        return String(this.varint())
      }
    }
    this.at = start
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return String(BigInt.asIntN(64, value))
    }
    throw malformed('a number has more than ten bytes')
  }

  /** An unsigned number of 64 bits as decimal text. */
  fixed64(): string {
    this.#need(8)
    const low = this.bytes.readUInt32LE(this.at)
    const high = this.bytes.readUInt32LE(this.at + 4)
    this.at += 8
    return high < 0x200000 ? String(high * 4294967296 + low) : String((BigInt(high) << 32n) | BigInt(low))
  }

  double(): number {
    this.#need(8)
    this.at += 8
    return this.bytes.readDoubleLE(this.at - 8)
  }

  /** Reads the length of what follows; answers where it ends. */
  end(): number {
    const length = this.varint()
    this.#need(length)
    return this.at + length
  }

  text(): string {
    const end = this.end()
    const text = this.bytes.toString('utf8', this.at, end)
    this.at = end
    return text
  }

  hex(): string {
    const end = this.end()
    const text = this.bytes.toString('hex', this.at, end)
    this.at = end
    return text
  }

  base64(): string {
    const end = this.end()
    const text = this.bytes.toString('base64', this.at, end)
    this.at = end
    return text
  }

  /** Passes over a field that is not known, as newer senders may have. */
  passOver(wireType: number): void {
    if (wireType === 0) this.int64()
    else if (wireType === 1) this.#pass(8)
    else if (wireType === 2) this.at = this.end()
    else if (wireType === 5) this.#pass(4)
    else throw malformed(`there is no wire type ${wireType}`)
  }

  #pass(size: number): void {
    this.#need(size)
    this.at += size
  }

  #byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw malformed('the message ends in the middle of a number')
    return byte
  }

  #need(size: number): void {
    if (this.at + size > this.bytes.length) throw malformed('a field is longer than the message')
  }
}

/**
 * Calls `field` for each field of the message that ends at `end`; it answers false for one it does not read.
 * The tag is the field's number times eight plus its wire type, so that a field of an unexpected type is unknown.
 */
export function eachField(reader: WireReader, end: number, field: (tag: number) => boolean): void {
  while (reader.at < end) {
    const tag = reader.varint()
    if (tag < 8) throw malformed('a field has the number 0')
    if (!field(tag)) reader.passOver(tag & 7)
  }
  if (reader.at > end) throw malformed('a field is longer than its message')
}
