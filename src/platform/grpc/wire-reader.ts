import { malformed } from './errors.ts'

/** Beyond this many bytes looking at each costs more than decoding saves. */
const longName = 64

/**
 * Reads protocol buffers, field by field: `while (reader.next()) switch (reader.field) { … default: reader.pass() }`.
 * Every length is checked against the bytes that are there; a view is answered, never a copy.
 */
export class WireReader {
  /** Number and wire type of the field that `next` found. */
  field = 0
  type = 0
  readonly #bytes: Buffer
  #at: number
  readonly #end: number
  #low = 0
  #high = 0

  constructor(bytes: Buffer, from = 0, to = bytes.byteLength) {
    this.#bytes = bytes
    this.#at = from
    this.#end = to
  }

  /** Moves to the next field; false at the end. */
  next(): boolean {
    if (this.#at >= this.#end) return false
    const tag = this.uint32()
    this.field = tag >>> 3
    this.type = tag & 7
    if (this.field === 0) throw malformed('a field has the number 0')
    return true
  }

  get isDone(): boolean {
    return this.#at >= this.#end
  }

  uint32(): number {
    this.#varint()
    return this.#low >>> 0
  }

  int32(): number {
    this.#varint()
    return this.#low | 0
  }

  bool(): boolean {
    this.#varint()
    return (this.#low | this.#high) !== 0
  }

  /** A signed 64-bit integer as a number: exact up to 2^53. */
  integer(): number {
    this.#varint()
    return (this.#high | 0) * 4_294_967_296 + (this.#low >>> 0)
  }

  uint64(): bigint {
    this.#varint()
    return this.#joined()
  }

  #joined(): bigint {
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0)
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64())
  }

  /** A signed 64-bit integer as decimal text, exact. */
  int64Text(): string {
    const value = this.integer()
    return Number.isSafeInteger(value) ? String(value) : String(BigInt.asIntN(64, this.#joined()))
  }

  fixed64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8))
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#take(4))
  }

  /** The bytes of a length-delimited field, as a view. */
  bytes(): Buffer {
    const length = this.#length()
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  hex(): string {
    return this.#text('hex')
  }

  base64(): string {
    return this.#text('base64')
  }

  #text(encoding: BufferEncoding): string {
    const length = this.#length()
    const from = this.#take(length)
    return this.#bytes.toString(encoding, from, from + length)
  }

  string(): string {
    const length = this.#length()
    const from = this.#take(length)
    if (length > longName) return this.#bytes.toString('utf8', from, from + length)
    // Names are short and ASCII: latin1 is several times faster and equal for them.
    for (let at = from; at < from + length; at++)
      if ((this.#bytes[at] ?? 0) > 127) return this.#bytes.toString('utf8', from, from + length)
    return this.#bytes.toString('latin1', from, from + length)
  }

  /** A reader of the message in this field. */
  message(): WireReader {
    const length = this.#length()
    const from = this.#take(length)
    return new WireReader(this.#bytes, from, from + length)
  }

  /** Calls `read` for each element of a repeated number, packed or not. */
  each(read: (reader: WireReader) => void): void {
    if (this.type !== 2) read(this)
    else for (const packed = this.message(); !packed.isDone; ) read(packed)
  }

  pass(): void {
    if (this.type === 0) this.#varint()
    else if (this.type === 1) this.#take(8)
    else if (this.type === 2) this.#take(this.#length())
    else if (this.type === 5) this.#take(4)
    else throw malformed(`field ${this.field} has the wire type ${this.type}`)
  }

  #length(): number {
    if (this.type !== 2) throw malformed(`field ${this.field} has the wire type ${this.type} where 2 belongs`)
    return this.uint32()
  }

  #take(count: number): number {
    const from = this.#at
    if (count > this.#end - from)
      throw malformed(`field ${this.field} claims ${count} bytes, but ${this.#end - from} are left`)
    this.#at = from + count
    return from
  }

  #varint(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) throw malformed('a number is cut off')
      const byte = this.#bytes[this.#at++] ?? 0
      const bits = byte & 127
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 128) {
        this.#low = low
        this.#high = high
        return
      }
    }
    throw malformed('a number is longer than ten bytes')
  }
}
