/** One field of a protocol buffer message: its number, and its bytes or its number. */
export interface ProtobufField {
  readonly number: number
  readonly bytes: Uint8Array
  readonly value: number
}

const noBytes = new Uint8Array()

/** The fields of a message in order; groups, which nobody writes any more, end the reading. Throws on a cut message. */
export function* fieldsOf(message: Uint8Array): Generator<ProtobufField> {
  let at = 0
  const varint = () => {
    let result = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('The file ends in the middle of a number.')
      result += (byte & 127) * scale
      if (byte < 128) return result
    }
  }
  const take = (length: number) => {
    if (at + length > message.length) throw new Error('The file ends in the middle of a field.')
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 0) yield { number, bytes: noBytes, value: varint() }
    else if (wire === 1) yield { number, bytes: take(8), value: 0 }
    else if (wire === 2) yield { number, bytes: take(varint()), value: 0 }
    else if (wire === 5) yield { number, bytes: take(4), value: 0 }
    else throw new Error(`This is no protocol buffer: it has a field of the kind ${wire}.`)
  }
}

const decoder = new TextDecoder()
export const textOf = (bytes: Uint8Array) => decoder.decode(bytes)
