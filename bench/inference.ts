/**
 * One-row inference of a small ONNX model over REST: Slipway (recording every prediction) beside FastAPI and MLServer, the
 * same model, the same request, the same load generator, in one run. Closed loop for the peak, then open loop at half of
 * it for latency. `node bench/inference.ts [--smoke] [--no-peers]`
 */
import { cpus } from 'node:os'
import { planVariant, testDataPlane } from '../src/testing/data-plane.ts'
import { logisticModel } from '../src/testing/onnx-model.ts'
import { type LoadResult, runLoad } from './inference/load.ts'
import { startFastApi, startMlServer } from './inference/peers.ts'

const isSmoke = process.argv.includes('--smoke')
const withPeers = !process.argv.includes('--no-peers')
const rounds = isSmoke ? 1 : 5
const durationMs = isSmoke ? 300 : 3000
const connections = 64
const features = 12

const row = Array.from({ length: features }, (_, index) => index / 10)
const body = JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, features], data: row }] })
const path = '/v2/models/demo/infer'

interface Server {
  readonly name: string
  readonly port: number
}

interface Measured {
  readonly name: string
  readonly peak: LoadResult
  readonly half: LoadResult
}

const plane = await testDataPlane({ workers: 1, control: (_, response) => response.end() })
const weights = row.map((value) => value - 0.5)
const variant = await planVariant(plane.folder, logisticModel(weights, 0.1), { version: '1' })
await plane.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
const peers = withPeers ? [await startFastApi(variant.path, 18_080), await startMlServer(variant.path, 18_090)] : []
const running = peers.filter((peer) => peer !== undefined)
const servers: Server[] = [{ name: 'Slipway', port: Number(new URL(plane.url).port) }, ...running]

try {
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}, ${rounds} rounds of ${durationMs} ms`,
  )
  const measured: Measured[] = []
  for (const server of servers) measured.push(await measure(server))
  print(measured)
} finally {
  for (const peer of running) peer.stop()
  await plane.stop()
}

async function measure({ name, port }: Server): Promise<Measured> {
  const load = { port, path, body, connections }
  await runLoad({ ...load, durationMs: Math.min(1000, durationMs) })
  const peaks: LoadResult[] = []
  for (let round = 0; round < rounds; round++) peaks.push(await runLoad({ ...load, durationMs }))
  const peak = median(peaks, (result) => result.perSecond)
  const halves: LoadResult[] = []
  for (let round = 0; round < rounds; round++)
    halves.push(await runLoad({ ...load, durationMs, rate: peak.perSecond / 2 }))
  return { name, peak, half: median(halves, (result) => result.p99Ms) }
}

function median(results: readonly LoadResult[], by: (result: LoadResult) => number): LoadResult {
  const sorted = [...results].sort((a, b) => by(a) - by(b))
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('no result')
  return middle
}

function print(measured: readonly Measured[]): void {
  const [ours] = measured
  console.log(
    '| server | requests/s, 64 connections | p50 | p99 | p99 at half the peak, open loop | failures | Slipway is |',
  )
  console.log('|---|---|---|---|---|---|---|')
  for (const { name, peak, half } of measured) {
    const ratio = (ours?.peak.perSecond ?? 0) / peak.perSecond
    const failures = peak.failures + half.failures
    console.log(
      `| ${name} | ${Math.round(peak.perSecond)} | ${ms(peak.p50Ms)} | ${ms(peak.p99Ms)} | ${ms(half.p99Ms)} | ${failures} | ${ratio.toFixed(1)}x |`,
    )
  }
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`
}
