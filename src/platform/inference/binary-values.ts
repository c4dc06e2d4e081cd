import { isUtf8 } from 'node:buffer'
import { invalidInput } from './errors.ts'
import { type Datatype, datatypes, elementCount, type NumericData, type Tensor } from './tensor.ts'

/**
 * Tensors as raw bytes: little-endian, row-major, no padding; a BYTES element is its length as uint32 and then the bytes.
 * (Triton docs/protocol/extension_binary_data.md, Open Inference Protocol raw_input_contents.)
 */
export function tensorFromBytes(name: string, datatype: Datatype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const count = elementCount(name, shape)
  if (datatype === 'BYTES') return { name, datatype, shape, data: readStrings(name, count, bytes) }
  const wanted = count * datatypes[datatype].bytes
  if (bytes.byteLength !== wanted)
    throw invalidInput(`unexpected total byte size ${bytes.byteLength} for input "${name}", expecting ${wanted}`)
  const data = datatypes[datatype].make(count) as NumericData
  // A copy: a tensor behind a JSON header rarely starts on the boundary a typed array needs.
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes)
  if (datatype === 'BOOL' && (data as Uint8Array).some((value) => value > 1))
    throw invalidInput(`BOOL input "${name}" has bytes other than 0 and 1`)
  return { name, datatype, shape, data }
}

export function tensorToBytes(tensor: Tensor): Uint8Array {
  const { data } = tensor
  if (!Array.isArray(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const parts: Buffer[] = []
  for (const text of data) {
    // There is no null among bytes.
    const body = Buffer.from(text ?? '')
    const length = Buffer.alloc(4)
    length.writeUInt32LE(body.byteLength)
    parts.push(length, body)
  }
  return Buffer.concat(parts)
}

function readStrings(name: string, count: number, bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const strings: string[] = []
  let at = 0
  while (at < buffer.byteLength) {
    if (at + 4 > buffer.byteLength) throw invalidInput(`incomplete string length in input "${name}"`)
    const length = buffer.readUInt32LE(at)
    at += 4
    if (at + length > buffer.byteLength) throw invalidInput(`incomplete string data in input "${name}"`)
    if (!isUtf8(buffer.subarray(at, at + length)))
      throw invalidInput(`element ${strings.length} of input "${name}" is not UTF-8 text`)
    strings.push(buffer.toString('utf8', at, at + length))
    at += length
  }
  if (strings.length !== count)
    throw invalidInput(`expected ${count} string elements for input "${name}", got ${strings.length}`)
  return strings
}
