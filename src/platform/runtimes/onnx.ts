import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import { defineErrors } from '../../kernel/errors.ts'
import type { Datatype, Tensor, TensorData, TensorSpec } from '../inference/index.ts'
import type { ModelSession } from './session.ts'

/**
 * ONNX models through onnxruntime-node. Only workers and the disposable inspection child load it: a bad file can take the
 * process down, and `run` blocks the thread it is called on.
 */

export const onnxErrors = defineErrors({
  onnx_unreadable: [
    'invalid',
    'The file is not a readable ONNX model: {problem}',
    'Export the model again and register it as a new version.',
  ],
  onnx_runtime_missing: [
    'unavailable',
    'Models cannot be served: the package onnxruntime-node is not installed ({problem}).',
    'npm install onnxruntime-node --ignore-scripts',
  ],
  onnx_unsupported: ['invalid', 'The ONNX model cannot be served: {problem}', '{fix}'],
})

const require = createRequire(import.meta.url)

const ortTypes: Readonly<Record<Datatype, string>> = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
}
const datatypeOf = new Map(Object.entries(ortTypes).map(([ours, theirs]) => [theirs, ours as Datatype]))

const sessionOptions = {
  // One thread and no spinning: workers are the parallelism, and spinning threads would steal each other's cores.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
} as const

/** Optional: its install script fetches GPU files from elsewhere, and npm leaves it out where that fails. */
function loadRuntime(): typeof Ort {
  try {
    return require('onnxruntime-node') as typeof Ort
  } catch (error) {
    throw onnxErrors.onnx_runtime_missing({ problem: firstLine(error) }, { cause: error })
  }
}

/** Loads a model file. Throws `onnx_unreadable` or `onnx_unsupported` with the fix. */
export async function openOnnxSession(path: string): Promise<ModelSession> {
  const ort = loadRuntime()
  let session: Ort.InferenceSession
  try {
    session = await ort.InferenceSession.create(path, sessionOptions)
  } catch (error) {
    throw onnxErrors.onnx_unreadable({ problem: firstLine(error) })
  }
  const inputs = session.inputMetadata.map((meta) => toSpec(meta, 'input'))
  const outputs = session.outputMetadata.map((meta) => toSpec(meta, 'output'))
  return {
    inputs,
    outputs,
    // Its run blocks the thread: more at once would gain nothing.
    lanes: 1,
    isInProcess: true,
    run: async (tensors) => {
      const feeds: Record<string, Ort.Tensor> = {}
      for (const tensor of tensors) feeds[tensor.name] = toOrt(ort, tensor)
      const results = await session.run(feeds)
      return outputs.map((spec) => fromOrt(spec, results[spec.name]))
    },
    release: () => session.release(),
  }
}

function toSpec(meta: Ort.InferenceSession.ValueMetadata, role: string): TensorSpec {
  if (!meta.isTensor)
    throw onnxErrors.onnx_unsupported({
      problem: `${role} "${meta.name}" is a sequence or map, not a tensor.`,
      fix: "Convert classifiers with options={'zipmap': False} (skl2onnx) so that probabilities are a tensor.",
    })
  const datatype = datatypeOf.get(meta.type)
  if (datatype === undefined)
    throw onnxErrors.onnx_unsupported({
      problem: `${role} "${meta.name}" has the element type ${meta.type}.`,
      fix: 'Cast it to a standard type in the graph.',
    })
  return { name: meta.name, datatype, shape: meta.shape.map((size) => (typeof size === 'number' ? size : -1)) }
}

function toOrt(ort: typeof Ort, { datatype, data, shape }: Tensor): Ort.Tensor {
  if (datatype !== 'FP16') return new ort.Tensor(ortTypes[datatype] as 'float32', data as Float32Array, shape)
  // The binding takes the bits of float16 as Uint16Array only, while the class would turn them into a Float16Array.
  const bits = new ort.Tensor('uint16', data as Uint16Array, shape)
  return Object.defineProperty(bits, 'type', { value: ortTypes.FP16 }) as unknown as Ort.Tensor
}

function fromOrt({ name, datatype }: TensorSpec, value: Ort.Tensor | undefined): Tensor {
  if (value === undefined) throw new Error(`the model gave no output "${name}"`)
  const data = value.data as unknown as TensorData
  if (datatype !== 'FP16' || Array.isArray(data)) return { name, datatype, shape: value.dims, data }
  return { name, datatype, shape: value.dims, data: new Uint16Array(data.buffer, data.byteOffset, data.length) }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? text).slice(0, 500)
}
