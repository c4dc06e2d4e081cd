/**
 * A scikit-learn model (scaling and logistic regression, 12 numbers) as a Python model of Slipway, recording every
 * prediction, beside MLServer's scikit-learn runtime: the same file, interpreter, request and load generator, in one run.
 * First what the way to the model's process costs over the bare call; then the peak of 64 connections with one row each.
 * `node bench/python-models.ts [--smoke] [--no-peers] [--overhead]`; the last leaves out the peak.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlanVariant, PythonRuntime, Tensor } from '../src/platform/inference/index.ts'
import { createProcesses } from '../src/platform/process/index.ts'
import { openPythonSession } from '../src/platform/runtimes/python/session.ts'
import { testDataPlane } from '../src/testing/data-plane.ts'
import { type LoadResult, runLoad } from './inference/load.ts'
import { scikitEnvironment, startMlServerScikit } from './inference/peers.ts'

const isSmoke = process.argv.includes('--smoke')
const withPeers = !process.argv.includes('--no-peers')
const rounds = isSmoke ? 1 : 5
const durationMs = isSmoke ? 300 : 2000
const calls = isSmoke ? 300 : 3000
const features = 12
const row = Array.from({ length: features }, (_, index) => index / 10)
const body = JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP64', shape: [1, features], data: row }] })
const program = join(import.meta.dirname, 'inference/python_model.py')

const python = scikitEnvironment()
if (python === undefined) process.exit(0)
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-python-'))
execFileSync(python, [program, folder])
const processes = createProcesses()
const runtime: PythonRuntime = {
  kind: 'python',
  interpreter: python,
  instances: 1,
  threads: 1,
  timeoutMs: 10_000,
  model: {
    loader: { kind: 'pickle', file: 'model.pkl' },
    codeFolders: [],
    predict: 'predict',
    call: 'matrix',
    conversions: {},
    isUnnamed: false,
    output: 'predict',
  },
}
const variant: PlanVariant = {
  name: 'champion',
  modelVersionId: 'mdv_1',
  version: '1',
  weight: 100,
  digest: 'sklearn',
  path: folder,
  runtime,
  inputs: [{ name: 'input', datatype: 'FP64', shape: [-1, features] }],
  outputs: [{ name: 'predict', datatype: 'INT64', shape: [-1] }],
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}, ${rounds} rounds of ${durationMs} ms`,
)
try {
  const columns = row.map((value, index) => numbers(`column ${index}`, [value], [1]))
  const texts = ['city', 'country'].map(
    (name): Tensor => ({ name, datatype: 'BYTES', shape: [1], data: ['Reykjavík'] }),
  )
  await measureOverhead('matrix of 12', 'matrix', [numbers('input', row, [1, features])])
  await measureOverhead('data frame of 12 numbers', 'frame', columns)
  await measureOverhead('data frame of 12 numbers and 2 texts', 'frame', [...columns, ...texts])
  if (!process.argv.includes('--overhead')) await measureThroughput()
} finally {
  await processes.stop()
  rmSync(folder, { recursive: true, force: true })
}

/**
 * One row, one call after the other, from tensor to tensor through the process of the model. The model tells how long its
 * predict took, so that each call is compared with itself: what is left is packing, two processes that wake, unpacking.
 */
async function measureOverhead(name: string, call: 'matrix' | 'frame', inputs: readonly Tensor[]): Promise<void> {
  const place = mkdtempSync(join(folder, 'timed-'))
  execFileSync(python as string, [program, place])
  copyFileSync(program, join(place, 'model.py'))
  if (call === 'frame') writeFileSync(join(place, 'frames'), '')
  const model = { ...runtime.model, loader: { kind: 'script', file: 'model.py' } as const, call }
  const source = { path: place, inputs: [], outputs: [] }
  const session = await openPythonSession(
    source,
    { ...runtime, model },
    { processes, folder, name: `bench-${process.pid}` },
  )
  const through: number[] = []
  const bare: number[] = []
  const over: number[] = []
  for (let index = 0; index < calls; index++) {
    const startedAt = performance.now()
    const outputs = await session.run(inputs)
    const took = (performance.now() - startedAt) * 1000
    const own = Number(outputs.find((output) => output.name === 'took')?.data[0])
    through.push(took)
    bare.push(own)
    over.push(took - own)
  }
  await session.release()
  console.log(
    `${name}: bare predict ${middle(bare).toFixed(0)} us, through the worker ${middle(through).toFixed(0)} us, overhead ${middle(over).toFixed(0)} us at p50 (target 150), ${tenth(over).toFixed(0)} us in the least disturbed tenth`,
  )
}

function numbers(name: string, values: readonly number[], shape: readonly number[]): Tensor {
  return { name, datatype: 'FP64', shape, data: Float64Array.from(values) }
}

async function measureThroughput(): Promise<void> {
  const plane = await testDataPlane({ workers: 1, control: (_, response) => response.end() })
  const peers = []
  try {
    await plane.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
    if (withPeers) {
      const port = 18_190
      peers.push(await startMlServerScikit(python as string, { folder, port, settings: {} }))
      const batching = { max_batch_size: 64, max_batch_time: 0.002 }
      const batched = mkdtempSync(join(folder, 'batched-'))
      execFileSync(python as string, [program, batched])
      peers.push(await startMlServerScikit(python as string, { folder: batched, port: port + 10, settings: batching }))
    }
    const names = ['MLServer', 'MLServer, adaptive batching']
    const servers = [
      { name: 'Slipway', port: Number(new URL(plane.url).port) },
      ...peers.flatMap((peer, index) => (peer === undefined ? [] : [{ name: names[index] ?? '', port: peer.port }])),
    ]
    await report(servers)
  } finally {
    for (const peer of peers) peer?.stop()
    await plane.stop()
  }
}

/** Every round asks each server in turn, so that what else the machine does slows all of them alike. */
async function report(servers: readonly { readonly name: string; readonly port: number }[]): Promise<void> {
  const load = (port: number) => runLoad({ port, path: '/v2/models/demo/infer', body, connections: 64, durationMs })
  for (const { port } of servers) await load(port)
  const results = servers.map(() => [] as LoadResult[])
  for (let round = 0; round < rounds; round++)
    for (const [index, { port }] of servers.entries()) results[index]?.push(await load(port))
  const ours = middle(results[0]?.map((result) => result.perSecond) ?? [])
  servers.forEach(({ name }, index) => {
    const own = results[index] ?? []
    const perSecond = middle(own.map((result) => result.perSecond))
    const [p50, p99] = [middle(own.map((result) => result.p50Ms)), middle(own.map((result) => result.p99Ms))]
    const failures = own.reduce((sum, result) => sum + result.failures, 0)
    const ratio = index === 0 ? '' : `; Slipway is ${(ours / perSecond).toFixed(1)} times as fast`
    console.log(
      `${name}: ${perSecond.toFixed(0)} requests/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failures} failures${ratio}`,
    )
  })
}

/** On a machine that others use, what the way takes while nobody is in it. */
function tenth(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)] ?? Number.NaN
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
