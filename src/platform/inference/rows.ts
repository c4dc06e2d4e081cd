import { datatypes, type Tensor, type TensorData } from './tensor.ts'

/** Row-wise joining and cutting of tensors, so that requests that arrive together become one run of the model. */

/** Rows of a request, or undefined when its inputs do not agree on a first dimension. */
export function rowCount(inputs: readonly Tensor[]): number | undefined {
  const rows = inputs[0]?.shape[0]
  return rows !== undefined && inputs.every((tensor) => tensor.shape[0] === rows) ? rows : undefined
}

/** Requests with the same key may share a run: their shapes differ in the first dimension only. */
export function batchKey(inputs: readonly Tensor[]): string {
  let key = ''
  for (const { shape } of inputs) {
    for (let i = 1; i < shape.length; i++) key += `${shape[i]},`
    key += ';'
  }
  return key
}

export function joinRows(requests: readonly (readonly Tensor[])[]): Tensor[] {
  const first = requests[0] ?? []
  return first.map((tensor, index) => {
    const parts = requests.map((inputs) => inputs[index] ?? tensor)
    const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0)
    return { ...tensor, shape: [rows, ...tensor.shape.slice(1)], data: joinData(tensor, parts) }
  })
}

function joinData(tensor: Tensor, parts: readonly Tensor[]): TensorData {
  if (Array.isArray(tensor.data)) return parts.flatMap((part) => part.data as string[])
  const joined = datatypes[tensor.datatype].make(parts.reduce((sum, part) => sum + part.data.length, 0))
  let at = 0
  for (const part of parts) {
    ;(joined as Float32Array).set(part.data as Float32Array, at)
    at += part.data.length
  }
  return joined
}

/** Rows `[from, to)` of every tensor; typed arrays are views, not copies. */
export function cutRows(tensors: readonly Tensor[], from: number, to: number): Tensor[] {
  return tensors.map((tensor) => {
    const rows = tensor.shape[0] ?? 1
    const stride = rows === 0 ? 0 : tensor.data.length / rows
    const data = Array.isArray(tensor.data)
      ? tensor.data.slice(from * stride, to * stride)
      : (tensor.data as Float32Array).subarray(from * stride, to * stride)
    return { ...tensor, shape: [to - from, ...tensor.shape.slice(1)], data }
  })
}
