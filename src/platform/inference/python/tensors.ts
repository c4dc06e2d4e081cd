import { type Datatype, datatypes, isDatatype, type NumericData, type Tensor, type TensorData } from '../tensor.ts'
import type { Frame } from './frames.ts'

/** Tensors as they travel to and from the process of a model: see host.py. */
export function packTensors(tensors: readonly Tensor[]): { head: object; parts: Uint8Array[] } {
  const parts = tensors.map(({ data }) =>
    Array.isArray(data)
      ? Buffer.from(JSON.stringify(data))
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  )
  const inputs = tensors.map(({ name, datatype, shape }, index) => [name, datatype, shape, parts[index]?.byteLength])
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
