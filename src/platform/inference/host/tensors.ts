import { type Datatype, datatypes, isDatatype, type NumericData, type Tensor, type TensorData } from '../tensor.ts'
import type { Frame } from './frames.ts'

/** Tensors as they travel to the process of a model, each aligned to its elements: see host.py. */
export function packTensors(tensors: readonly Tensor[]): { head: object; parts: Uint8Array[] } {
  const inputs: PackedHead[] = []
  const parts: Uint8Array[] = []
  let at = 0
  for (const { name, datatype, shape, data } of tensors) {
    const bytes = Array.isArray(data)
      ? Buffer.from(JSON.stringify(data))
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const over = at % (datatypes[datatype].bytes || 1)
    const gap = over === 0 ? 0 : datatypes[datatype].bytes - over
    if (gap > 0) parts.push(new Uint8Array(gap))
    parts.push(bytes)
    inputs.push([name, datatype, shape, bytes.byteLength])
    at += gap + bytes.byteLength
  }
  return { head: { inputs }, parts }
}

type PackedHead = readonly [name: string, datatype: string, shape: readonly number[], bytes: number]

export function unpackTensors({ head, body }: Frame): Tensor[] {
  let at = 0
  return (head.outputs as readonly PackedHead[]).map(([name, datatype, shape, bytes]) => {
    if (!isDatatype(datatype)) throw new Error(`the model gave "${name}" as ${datatype}`)
    at += bytes
    return { name, datatype, shape, data: readData(datatype, body.subarray(at - bytes, at)) }
  })
}

function readData(datatype: Datatype, bytes: Buffer): TensorData {
  if (datatype === 'BYTES') return JSON.parse(bytes.toString())
  const data = datatypes[datatype].make(bytes.byteLength / datatypes[datatype].bytes) as NumericData
  // A copy: a tensor behind others rarely starts on the boundary a typed array needs.
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes)
  return data
}
