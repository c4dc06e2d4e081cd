import { logisticModel, onnxModel } from '../../src/testing/onnx-model.ts'
import { show } from './report.ts'
import type { BenchServer } from './server.ts'

const mebibyte = 1024 * 1024

/** A model of two matrices with `megabytes` of weights in the second. */
function largeModel(megabytes: number, seed: number): Uint8Array {
  const width = Math.round(Math.sqrt((megabytes * mebibyte) / 4))
  const values = Float32Array.from({ length: width * width }, (_, index) => ((index + seed) % 1000) / 1e6)
  return onnxModel({
    inputs: [{ name: 'features', type: 'float', shape: ['N', 12] }],
    outputs: [{ name: 'score', type: 'float', shape: ['N', 1] }],
    constants: [
      { name: 'first', shape: [12, width], values: values.subarray(0, 12 * width) },
      { name: 'second', shape: [width, width], values },
      { name: 'third', shape: [width, 1], values: values.subarray(0, width) },
    ],
    nodes: [
      { op: 'MatMul', inputs: ['features', 'first'], outputs: ['a'] },
      { op: 'MatMul', inputs: ['a', 'second'], outputs: ['b'] },
      { op: 'MatMul', inputs: ['b', 'third'], outputs: ['score'] },
    ],
  })
}

/** Deploys a large model, predicts, removes it, again and again. */
export async function measureUnload(server: BenchServer, { megabytes, cycles }: { megabytes: number; cycles: number }) {
  const bytes = largeModel(megabytes, 1)
  await server.register('large', bytes)
  const input = { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 12], data: new Array(12).fill(1) }] }
  const idle = server.workerMb()
  const after: number[] = []
  let loaded = 0
  for (let cycle = 0; cycle < cycles; cycle++) {
    await server.call('PUT', '/v1/deployments/large', { model: 'large/1' })
    await server.call('POST', '/v2/models/large/infer', input)
    loaded = server.workerMb()
    await server.call('DELETE', '/v1/deployments/large')
    after.push(server.workerMb())
  }
  const last = after.at(-1) ?? 0
  const size = `${Math.round(bytes.byteLength / mebibyte)} MB`
  console.log(
    `| ${cycles} times loading and unloading ${size}: MB of the worker | ${show(idle)} | ${show(last)} | ${(last / idle).toFixed(2)} | 1.1 |`,
  )
  console.log(`  loaded: ${show(loaded)} MB; after each unloading: ${after.map(Math.round).join(', ')}`)
}

/** Many small models, each asked once. */
export async function measureMany(server: BenchServer, count: number): Promise<void> {
  const idle = server.workerMb()
  const data = Array.from({ length: 12 }, (_, index) => index)
  for (let i = 0; i < count; i++) {
    await server.register(`small-${i}`, logisticModel(data, i / count))
    await server.call('PUT', `/v1/deployments/small-${i}`, { model: `small-${i}/1` })
  }
  for (let i = 0; i < count; i++)
    await server.call('POST', `/v2/models/small-${i}/infer`, {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 12], data }],
    })
  const held = server.workerMb()
  console.log(
    `| ${count} small models: MB of the worker | ${show(idle)} | ${show(held)} | ${(held / idle).toFixed(2)} | 1,000 MB |`,
  )
}
