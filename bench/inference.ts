/**
 * One-row inference of a small ONNX model over REST and gRPC: Slipway (recording every prediction) beside FastAPI, BentoML,
 * `mlflow models serve` and MLServer, the same model, the same row, the same load generator, in one run. Closed loop for the peak, then open loop at half of
 * it for latency. `node bench/inference.ts [--smoke] [--no-peers]`
 */
import { cpus } from 'node:os'
import { WireWriter } from '../src/platform/grpc/index.ts'
import { planVariant, testDataPlane } from '../src/testing/data-plane.ts'
import { logisticModel } from '../src/testing/onnx-model.ts'
import { runGrpcLoad } from './inference/grpc-load.ts'
import { type LoadResult, runLoad } from './inference/load.ts'
import { startBentoMl, startFastApi, startMlflow, startMlServer } from './inference/peers.ts'

const isSmoke = process.argv.includes('--smoke')
const withPeers = !process.argv.includes('--no-peers')
const rounds = isSmoke ? 1 : 5
const durationMs = isSmoke ? 300 : 2000
const connections = 64
const features = 12

const row = Array.from({ length: features }, (_, index) => index / 10)
const body = JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, features], data: row }] })
const path = '/v2/models/demo/infer'
const method = '/inference.GRPCInferenceService/ModelInfer'
const message = inferRequest()

interface Server {
  readonly name: string
  readonly run: (load: { durationMs: number; connections: number; rate?: number }) => Promise<LoadResult>
}

interface Measured {
  readonly name: string
  readonly peak: LoadResult
  readonly half: LoadResult
}

// Nobody takes the log here: with room for all of it every prediction is recorded to the end.
const logLimitBytes = 2 ** 32
const plane = await testDataPlane({ workers: 1, logLimitBytes, control: (_, response) => response.end() })
const weights = row.map((value) => value - 0.5)
const variant = await planVariant(plane.folder, logisticModel(weights, 0.1), { version: '1' })
await plane.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
const starts = [startFastApi, startBentoMl, startMlflow, startMlServer]
const peers = await Promise.all(withPeers ? starts.map((start, index) => start(variant.path, 18_080 + index * 10)) : [])
const running = peers.filter((peer) => peer !== undefined)
const port = Number(new URL(plane.url).port)
const servers: Server[] = [
  { name: 'Slipway', run: (load) => runLoad({ ...load, path, body, port }) },
  { name: 'Slipway, gRPC', run: (load) => runGrpcLoad({ ...load, method, message, port }) },
  ...running.map((peer) => ({
    name: peer.name,
    run: (load: Parameters<Server['run']>[0]) =>
      runLoad({
        ...load,
        path: peer.speaks?.path ?? path,
        body: peer.speaks === undefined ? body : JSON.stringify(peer.speaks.body(row)),
        port: peer.port,
      }),
  })),
]

try {
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}, ${rounds} rounds of ${durationMs} ms`,
  )
  print(await measure(servers))
} finally {
  for (const peer of running) peer.stop()
  await plane.stop()
}

/** Every round asks each server in turn, so that what else the machine does slows all of them alike. */
async function measure(all: readonly Server[]): Promise<Measured[]> {
  for (const { run } of all) await run({ connections, durationMs: Math.min(1000, durationMs) })
  const peaks = await inTurn(all, ({ run }) => run({ connections, durationMs }))
  const best = peaks.map((results) => median(results, (result) => result.perSecond))
  const halves = await inTurn(all, ({ run }, index) =>
    run({ connections, durationMs, rate: (best[index]?.perSecond ?? 2) / 2 }),
  )
  return all.map(({ name }, index) => {
    const peak = best[index]
    const half = halves[index]
    if (peak === undefined || half === undefined) throw new Error(`no result of ${name}`)
    return { name, peak, half: median(half, (result) => result.p99Ms) }
  })
}

async function inTurn(
  all: readonly Server[],
  run: (server: Server, index: number) => Promise<LoadResult>,
): Promise<LoadResult[][]> {
  const results = all.map((): LoadResult[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [index, server] of all.entries()) results[index]?.push(await run(server, index))
  return results
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

/** The same row as a ModelInferRequest with raw contents, as tritonclient sends it. */
function inferRequest(): Uint8Array {
  const writer = new WireWriter()
  writer.string(1, 'demo')
  const input = writer.begin(5)
  writer.string(1, 'features')
  writer.string(2, 'FP32')
  writer.integers(3, [1, features])
  writer.end(input)
  writer.bytes(7, new Uint8Array(Float32Array.from(row).buffer))
  return writer.finish()
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`
}
