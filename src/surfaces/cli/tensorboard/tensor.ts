/** Tensors of event files, as far as they hold numbers or texts. Field numbers: tensorflow/core/framework/tensor.proto. */
import type { WireReader } from '../../../platform/grpc/index.ts'

export interface Tensor {
  readonly shape: readonly number[]
  readonly numbers: readonly number[]
  readonly strings: readonly Buffer[]
}

type ReadNumber = (bytes: Buffer, at: number) => number
/** How elements lie in `tensor_content`, by the number of the type. */
const elements: Readonly<Record<number, readonly [bytes: number, read: ReadNumber]>> = {
  1: [4, (bytes, at) => bytes.readFloatLE(at)],
  2: [8, (bytes, at) => bytes.readDoubleLE(at)],
  3: [4, (bytes, at) => bytes.readInt32LE(at)],
  4: [1, (bytes, at) => bytes.readUInt8(at)],
  9: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  10: [1, (bytes, at) => bytes.readUInt8(at)],
  14: [2, (bytes, at) => bfloat16(bytes.readUInt16LE(at))],
  19: [2, (bytes, at) => float16(bytes.readUInt16LE(at))],
}
const bfloat16Type = 14

export function readTensor(reader: WireReader): Tensor {
  let type = 0
  let content: Buffer = Buffer.alloc(0)
  let shape: number[] = []
  const numbers: number[] = []
  const halves: number[] = []
  const strings: Buffer[] = []
  while (reader.next()) {
    if (reader.field === 1) type = reader.int32()
    else if (reader.field === 2) shape = readShape(reader.message())
    else if (reader.field === 4) content = reader.bytes()
    else if (reader.field === 5) reader.each((from) => numbers.push(from.float()))
    else if (reader.field === 6) reader.each((from) => numbers.push(from.double()))
    else if (reader.field === 7) reader.each((from) => numbers.push(from.int32()))
    else if (reader.field === 8) strings.push(reader.bytes())
    else if ([10, 11, 16, 17].includes(reader.field)) reader.each((from) => numbers.push(from.integer()))
    else if (reader.field === 13) reader.each((from) => halves.push(from.int32()))
    else reader.pass()
  }
  numbers.push(...halves.map(type === bfloat16Type ? bfloat16 : float16), ...readContent(type, content))
  return { shape, numbers, strings }
}

function readShape(reader: WireReader): number[] {
  const shape: number[] = []
  while (reader.next()) {
    if (reader.field !== 2) reader.pass()
    else {
      const dimension = reader.message()
      let size = 0
      while (dimension.next()) {
        if (dimension.field === 1) size = dimension.integer()
        else dimension.pass()
      }
      shape.push(size)
    }
  }
  return shape
}

function readContent(type: number, content: Buffer): number[] {
  const [bytes, read] = elements[type] ?? []
  if (bytes === undefined || read === undefined) return []
  return Array.from({ length: Math.floor(content.length / bytes) }, (_, index) => read(content, index * bytes))
}

/** The upper half of a 32-bit float. */
function bfloat16(bits: number): number {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16LE(bits & 0xffff, 2)
  return bytes.readFloatLE(0)
}

/** IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
