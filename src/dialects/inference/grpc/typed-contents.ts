import { isUtf8 } from 'node:buffer'
import type { WireReader } from '../../../platform/grpc/index.ts'
import {
  type Datatype,
  datatypes,
  elementCount,
  invalidInput,
  type Tensor,
  type TensorSpec,
} from '../../../platform/inference/index.ts'

/** InferTensorContents: values in the field of their kind instead of raw bytes. FP16 has no field and must be raw. */
interface Contents {
  readonly field: number
  readonly name: string
  readonly read: (reader: WireReader) => number | bigint | string
}

const bool: Contents = { field: 1, name: 'bool_contents', read: (reader) => (reader.bool() ? 1 : 0) }
const int: Contents = { field: 2, name: 'int_contents', read: (reader) => reader.int32() }
const uint: Contents = { field: 4, name: 'uint_contents', read: (reader) => reader.uint32() }

const contentsOf: Partial<Record<Datatype, Contents>> = {
  BOOL: bool,
  INT8: int,
  INT16: int,
  INT32: int,
  INT64: { field: 3, name: 'int64_contents', read: (reader) => reader.int64() },
  UINT8: uint,
  UINT16: uint,
  UINT32: uint,
  UINT64: { field: 5, name: 'uint64_contents', read: (reader) => reader.uint64() },
  FP32: { field: 6, name: 'fp32_contents', read: (reader) => reader.float() },
  FP64: { field: 7, name: 'fp64_contents', read: (reader) => reader.double() },
  BYTES: { field: 8, name: 'bytes_contents', read: (reader) => reader.bytes().toString() },
}

export function tensorFromContents(spec: TensorSpec, reader: WireReader | undefined): Tensor {
  const { name, datatype, shape } = spec
  const contents = contentsOf[datatype]
  if (contents === undefined)
    throw invalidInput(`input "${name}" is ${datatype}, which only raw_input_contents can carry`)
  const count = elementCount(name, shape)
  const data = datatypes[datatype].make(count)
  const filled = reader === undefined ? 0 : fill({ name, datatype, shape, data }, contents, reader)
  if (filled !== count)
    throw invalidInput(`input "${name}" got ${filled} values in ${contents.name}, but shape [${shape}] wants ${count}`)
  return { name, datatype, shape, data }
}

/** How many values there were; those beyond the tensor are only counted. */
function fill({ name, datatype, data }: Tensor, contents: Contents, reader: WireReader): number {
  const [low, high] = typeof data[0] === 'number' ? (datatypes[datatype].range ?? []) : []
  let at = 0
  while (reader.next()) {
    if (reader.field !== contents.field)
      throw invalidInput(`input "${name}" is ${datatype} and takes its values in ${contents.name} only`)
    if (contents.field === 8) {
      const bytes = reader.bytes()
      if (!isUtf8(bytes)) throw invalidInput(`element ${at} of input "${name}" is not UTF-8 text`)
      if (at < data.length) (data as string[])[at] = bytes.toString()
      at += 1
      continue
    }
    reader.each((from) => {
      const value = contents.read(from)
      if (low !== undefined && high !== undefined && (Number(value) < low || Number(value) > high))
        throw invalidInput(`the value ${value} at position ${at} of input "${name}" does not fit ${datatype}`)
      if (at < data.length) (data as { [index: number]: typeof value })[at] = value
      at += 1
    })
  }
  return at
}
