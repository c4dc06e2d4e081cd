const prefixBytes = 5

/** Writes protocol buffers into one growing buffer, behind room for the prefix of a gRPC message. */
export class WireWriter {
  #bytes: Buffer
  #at = prefixBytes

  constructor(expectedBytes = 256) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes + prefixBytes)
  }

  /** The message alone. */
  finish(): Buffer {
    return this.#bytes.subarray(prefixBytes, this.#at)
  }

  /** The message behind its gRPC prefix: not compressed, and its length. */
  frame(): Buffer {
    this.#bytes[0] = 0
    this.#bytes.writeUInt32BE(this.#at - prefixBytes, 1)
    return this.#bytes.subarray(0, this.#at)
  }

  string(field: number, text: string): void {
    const most = text.length * 3
    this.#room(most + 15)
    this.#tag(field, 2)
    if (most < 128) {
      // One byte of length is certain: the text is written behind it and counted.
      const length = this.#bytes.write(text, this.#at + 1)
      this.#bytes[this.#at] = length
      this.#at += length + 1
      return
    }
    this.#varint(Buffer.byteLength(text))
    this.#at += this.#bytes.write(text, this.#at)
  }

  bytes(field: number, value: Uint8Array): void {
    this.#room(value.byteLength + 15)
    this.#tag(field, 2)
    this.#varint(value.byteLength)
    this.#bytes.set(value, this.#at)
    this.#at += value.byteLength
  }

  /** Any integer; a negative one takes ten bytes. */
  integer(field: number, value: number | bigint): void {
    this.#room(20)
    this.#tag(field, 0)
    this.#integer(value)
  }

  /** A repeated integer, packed. */
  integers(field: number, values: readonly (number | bigint)[]): void {
    if (values.length === 0) return
    const mark = this.begin(field)
    this.#room(values.length * 10)
    for (const value of values) this.#integer(value)
    this.end(mark)
  }

  double(field: number, value: number): void {
    this.#room(15)
    this.#tag(field, 1)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  float(field: number, value: number): void {
    this.#room(15)
    this.#tag(field, 5)
    this.#at = this.#bytes.writeFloatLE(value, this.#at)
  }

  /** Opens a message in a field; what is written until `end` is its content. */
  begin(field: number): number {
    this.#room(15)
    this.#tag(field, 2)
    this.#at += 1
    return this.#at
  }

  /** Closes it: most are shorter than 128 bytes and fit the one byte left for their length; others are moved up. */
  end(mark: number): void {
    const length = this.#at - mark
    if (length < 128) {
      this.#bytes[mark - 1] = length
      return
    }
    this.#room(5)
    const more = varintBytes(length) - 1
    this.#bytes.copyWithin(mark + more, mark, this.#at)
    this.#at = mark - 1
    this.#varint(length)
    this.#at += length
  }

  #tag(field: number, type: number): void {
    this.#varint((field << 3) | type)
  }

  #integer(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) {
      this.#varint(value)
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 127n; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 127n) | 128
    this.#bytes[this.#at++] = Number(rest)
  }

  #varint(value: number): void {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128
    this.#bytes[this.#at++] = rest
  }

  #room(count: number): void {
    if (this.#at + count <= this.#bytes.byteLength) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.byteLength * 2, this.#at + count))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

function varintBytes(value: number): number {
  let count = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) count += 1
  return count
}
