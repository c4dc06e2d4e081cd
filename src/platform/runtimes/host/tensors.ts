import {
  type Datatype,
  datatypes,
  isDatatype,
  type NumericData,
  type Tensor,
  type TensorData,
} from '../../inference/index.ts'
import type { Frame } from './frames.ts'

/** Tensors as they travel between a worker and a process of user code: see host.py. */

type PackedHead = readonly [name: string, datatype: string, shape: readonly number[], bytes: number]

/** On the way there, each aligned to its elements. */
export function packTensors(tensors: readonly Tensor[]): { head: object; parts: Uint8Array[] } {
  const inputs: PackedHead[] = []
  const parts: Uint8Array[] = []
  let at = 0
  for (const { name, datatype, shape, data } of tensors) {
    const bytes = bytesOf(data)
    const gap = gapBefore(at, datatype)
    if (gap > 0) parts.push(new Uint8Array(gap))
    parts.push(bytes)
    inputs.push([name, datatype, shape, bytes.byteLength])
    at += gap + bytes.byteLength
  }
  return { head: { inputs }, parts }
}

/** What `packTensors` packed. */
export function unpackInputs({ head, body }: Frame): Tensor[] {
  let at = 0
  return (head.inputs as readonly PackedHead[]).map((packed) => {
    at += gapBefore(at, packed[1] as Datatype) + packed[3]
    return toTensor(packed, body, at)
  })
}

/** On the way back, one directly after the other. */
export function packOutputs(tensors: readonly Tensor[]): { head: object; parts: Uint8Array[] } {
  const parts = tensors.map(({ data }) => bytesOf(data))
  const outputs = tensors.map(({ name, datatype, shape }, index): PackedHead => {
    return [name, datatype, shape, parts[index]?.byteLength ?? 0]
  })
  return { head: { outputs }, parts }
}

export function unpackTensors({ head, body }: Frame): Tensor[] {
  let at = 0
  return (head.outputs as readonly PackedHead[]).map((packed) => {
    at += packed[3]
    return toTensor(packed, body, at)
  })
}

function gapBefore(at: number, datatype: Datatype): number {
  const size = datatypes[datatype].bytes || 1
  return (size - (at % size)) % size
}

function bytesOf(data: TensorData): Uint8Array {
  if (Array.isArray(data)) return Buffer.from(JSON.stringify(data))
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function toTensor([name, datatype, shape, bytes]: PackedHead, body: Buffer, end: number): Tensor {
  if (!isDatatype(datatype)) throw new Error(`the model gave "${name}" as ${datatype}`)
  return { name, datatype, shape, data: readData(datatype, body.subarray(end - bytes, end)) }
}

function readData(datatype: Datatype, bytes: Buffer): TensorData {
  if (datatype === 'BYTES') return JSON.parse(bytes.toString())
  const data = datatypes[datatype].make(bytes.byteLength / datatypes[datatype].bytes) as NumericData
  // A copy: a tensor behind others rarely starts on the boundary a typed array needs.
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes)
  return data
}
