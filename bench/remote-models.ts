/**
 * What it costs to ask for a model through this server that another server has: one-row REST inference of a small ONNX model,
 * asked of the server that has it, and through a second one over REST with binary tensors and over gRPC. All on one machine.
 * `node bench/remote-models.ts [--smoke]`
 */
import type { RemoteRuntime } from '../src/platform/inference/index.ts'
import { planVariant, testDataPlane } from '../src/testing/data-plane.ts'
import { logisticModel } from '../src/testing/onnx-model.ts'
import { type LoadResult, runLoad } from './inference/load.ts'

const isSmoke = process.argv.includes('--smoke')
const rounds = isSmoke ? 1 : 5
const durationMs = isSmoke ? 300 : 1500
const features = 12
const row = Array.from({ length: features }, (_, index) => index / 10)
const body = JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, features], data: row }] })

const planeOf = () => testDataPlane({ workers: 1, control: (_, response) => response.end() })
const [there, here] = [await planeOf(), await planeOf()]
const variant = await planVariant(there.folder, logisticModel(row, 0.1), { version: '1' })
await there.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 'demo', variants: [variant] }] })

function through(scheme: 'http' | 'grpc') {
  const url = there.url.replace('http', scheme)
  const place = { kind: 'remote', url, protocol: 'v2', model: 'demo', timeoutMs: 5000, connections: 8 } as const
  const runtime: RemoteRuntime = { ...place, isBinary: true, isBatchable: true }
  return { name: scheme, salt: scheme, variants: [{ ...variant, path: '', digest: `remote-${scheme}`, runtime }] }
}
await here.plane.apply({ version: 1, deployments: [through('http'), through('grpc')] })

const ask = (url: string, model: string, connections: number) =>
  runLoad({ port: Number(new URL(url).port), path: `/v2/models/${model}/infer`, body, connections, durationMs })
const ways = {
  'asked there': (connections: number) => ask(there.url, 'demo', connections),
  'through, REST': (connections: number) => ask(here.url, 'http', connections),
  'through, gRPC': (connections: number) => ask(here.url, 'grpc', connections),
}
const median = (results: readonly LoadResult[], key: 'perSecond' | 'p50Ms' | 'p99Ms') =>
  results.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? 0
const measured = Object.keys(ways).map((name) => ({ name, one: [] as LoadResult[], many: [] as LoadResult[] }))
for (const way of Object.values(ways)) await way(64)
for (let round = 0; round < rounds; round++) {
  for (const { name, one, many } of measured) {
    const way = ways[name as keyof typeof ways]
    one.push(await way(1))
    many.push(await way(64))
  }
}
for (const { name, one, many } of measured) {
  const failures = [...one, ...many].reduce((sum, each) => sum + each.failures, 0)
  console.log(
    `${name.padEnd(14)} 64 connections: ${median(many, 'perSecond').toFixed(0)}/s, p99 ${median(many, 'p99Ms').toFixed(1)} ms; one: p50 ${median(one, 'p50Ms').toFixed(2)} ms; ${failures} failed`,
  )
}
await Promise.all([there.stop(), here.stop()])
