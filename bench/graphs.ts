/**
 * What an inference graph costs over the bare ONNX model: a logistic regression over two numbers alone, behind a function that
 * passes its rows on, and behind another graph's edge without a function. First one call after the other, from tensor to
 * tensor; then the peak of 64 connections with one row each, over the Open Inference Protocol. One worker, one process of functions.
 * `node bench/graphs.ts [--smoke]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRemote } from '../src/dialects/inference/protocols/index.ts'
import type { GraphRuntimeNode, PlanVariant, Tensor } from '../src/platform/inference/index.ts'
import { createProcesses } from '../src/platform/process/index.ts'
import { openSession } from '../src/platform/runtimes/open-session.ts'
import { planVariant, testDataPlane } from '../src/testing/data-plane.ts'
import { logisticModel } from '../src/testing/onnx-model.ts'
import { type LoadResult, runLoad } from './inference/load.ts'

const isSmoke = process.argv.includes('--smoke')
const rounds = isSmoke ? 1 : 5
const durationMs = isSmoke ? 300 : 2000
const calls = isSmoke ? 300 : 5000
const body = JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [0.5, 0.25] }] })

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-graphs-'))
const processes = createProcesses()
const files = join(folder, 'functions')
mkdirSync(files)
writeFileSync(
  join(files, 'pass.ts'),
  `export const inputs = { features: { datatype: 'FP32', shape: [-1, 2] } }
export const outputs = inputs
export default ({ features }: any) => ({ features })
`,
)
const bare = await planVariant(folder, logisticModel([1, -1], 0), { version: '1' })
const variants = { 'bare model': bare, 'model in a graph': graphOf(false), 'function and model': graphOf(true) }

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}, ${rounds} rounds of ${durationMs} ms`,
)
try {
  await measureCalls()
  await measureThroughput()
} finally {
  await processes.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** The outputs of the model, fed by the request or by the function. */
function graphOf(hasFunction: boolean): PlanVariant {
  const matrix = { name: 'features', datatype: 'FP32', shape: [-1, 2] } as const
  const request = [{ name: 'features', from: { value: 'features' } }]
  const passed = [{ name: 'features', from: { node: 'pass', value: 'features' } }]
  const pass: GraphRuntimeNode = {
    name: 'pass',
    inputs: request,
    runs: { function: 'pass.ts', inputs: [matrix], outputs: [matrix], batch: true },
  }
  const model: GraphRuntimeNode = { name: 'model', inputs: hasFunction ? passed : request, runs: { model: bare } }
  return {
    ...bare,
    digest: hasFunction ? 'function' : 'graph',
    path: files,
    runtime: {
      kind: 'graph',
      nodes: hasFunction ? [pass, model] : [model],
      outputs: bare.outputs.map(({ name }) => ({ name, from: { node: 'model', value: name } })),
      functions: { instances: 1, timeoutMs: 10_000, memoryBytes: 2 ** 29 },
    },
  }
}

async function measureCalls(): Promise<void> {
  const input: Tensor = { name: 'features', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.5, 0.25) }
  for (const [name, variant] of Object.entries(variants)) {
    const session = await openSession(variant, { processes, folder, name: 'bench', openRemote })
    const took: number[] = []
    for (let index = 0; index < calls * 1.2; index++) {
      const startedAt = performance.now()
      await session.run([input])
      if (index >= calls * 0.2) took.push((performance.now() - startedAt) * 1000)
    }
    await session.release()
    console.log(
      `${name}: ${at(took, 0.5).toFixed(0)} us a call at p50, ${at(took, 0.1).toFixed(0)} us in the best tenth`,
    )
  }
}

/** Every round asks each in turn, so that what else the machine does slows all of them alike. */
async function measureThroughput(): Promise<void> {
  const plane = await testDataPlane({ workers: 1, control: (_, response) => response.end() })
  try {
    const deployments = Object.entries(variants).map(([name, variant]) => {
      return { name: name.replaceAll(' ', '-'), salt: name, variants: [variant] }
    })
    const { failures } = await plane.plane.apply({ version: 1, deployments })
    if (failures.length > 0) throw new Error(JSON.stringify(failures))
    const port = Number(new URL(plane.url).port)
    const load = (name: string) =>
      runLoad({ port, path: `/v2/models/${name}/infer`, body, connections: 64, durationMs })
    const results = deployments.map(() => [] as LoadResult[])
    for (const { name } of deployments) await load(name)
    for (let round = 0; round < rounds; round++)
      for (const [index, { name }] of deployments.entries()) results[index]?.push(await load(name))
    const middle = (index: number, key: 'perSecond' | 'p50Ms' | 'p99Ms') =>
      at(results[index]?.map((result) => result[key]) ?? [], 0.5)
    for (const [index, name] of Object.keys(variants).entries()) {
      const [perSecond, p50, p99] = [middle(index, 'perSecond'), middle(index, 'p50Ms'), middle(index, 'p99Ms')]
      const failed = results[index]?.reduce((sum, result) => sum + result.failures, 0)
      const share = `${((perSecond / middle(0, 'perSecond')) * 100).toFixed(0)} % of the bare model`
      console.log(
        `${name}: ${perSecond.toFixed(0)} requests/s (${share}), p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failed} failures`,
      )
    }
  } finally {
    await plane.stop()
  }
}

function at(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
}
