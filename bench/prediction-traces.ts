/**
 * What traces of predictions cost: one-row REST inference of a small ONNX model without traces, with one request in a
 * hundred traced, and with every one, to a collector on the same machine that throws away what it takes. Rounds alternate.
 * `node bench/prediction-traces.ts [--smoke]`
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { planVariant, testDataPlane } from '../src/testing/data-plane.ts'
import { logisticModel } from '../src/testing/onnx-model.ts'
import { runLoad } from './inference/load.ts'

const isSmoke = process.argv.includes('--smoke')
const rounds = isSmoke ? 1 : 7
const durationMs = isSmoke ? 300 : 1500
const features = 12
const row = Array.from({ length: features }, (_, index) => index / 10)
const body = JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, features], data: row }] })

let exported = 0
const collector = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    exported += chunk.byteLength
  })
  request.on('end', () => response.end('{}'))
})
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
const traceUrl = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`

async function open(traceSample: number | undefined) {
  const traces = traceSample === undefined ? {} : { traces: { traceUrl, traceSample } }
  const plane = await testDataPlane({ workers: 1, control: (_, response) => response.end(), ...traces })
  const variants = [await planVariant(plane.folder, logisticModel(row, 0.1), { version: '1' })]
  await plane.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 'demo', variants }] })
  const port = Number(new URL(plane.url).port)
  const load = () => runLoad({ port, path: '/v2/models/demo/infer', body, connections: 64, durationMs })
  const [worker] = await plane.plane.status()
  const cpuUs = () => readCpuUs(worker?.pid ?? 0)
  return { plane, load, cpuUs, perSecond: [] as number[], p99Ms: [] as number[], cost: [] as number[] }
}

/** User and system time of a process, which the kernel counts in hundredths of a second. */
function readCpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

const kinds = { 'no traces': await open(undefined), '1 %': await open(1), '100 %': await open(100) }
for (const { load } of Object.values(kinds)) await load()
for (let round = 0; round < rounds; round++) {
  for (const kind of Object.values(kinds)) {
    const before = kind.cpuUs()
    const { perSecond, p99Ms, failures, requests } = await kind.load()
    kind.cost.push((kind.cpuUs() - before) / requests)
    if (failures > 0) throw new Error(`${failures} requests failed`)
    kind.perSecond.push(perSecond)
    kind.p99Ms.push(p99Ms)
  }
}
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const base = median(kinds['no traces'].cost)
for (const [name, { perSecond, p99Ms, cost, plane }] of Object.entries(kinds)) {
  const [rate, spent] = [median(perSecond), median(cost)]
  const text = await (await fetch(`${plane.url}/metrics`)).text()
  const counts = [...text.matchAll(/slipway_trace_spans_total\{outcome="(\w+)"\} (\d+)/g)].map(
    ([, what, n]) => `${n} ${what}`,
  )
  console.log(
    `${name.padEnd(10)} ${rate.toFixed(0).padStart(7)}/s  p99 ${median(p99Ms).toFixed(2)} ms  ${spent.toFixed(1)} µs of the worker a request, ${(spent / base).toFixed(2)} times  ${counts.join(', ')}`,
  )
  await plane.stop()
}
console.log(`${(exported / 1e6).toFixed(1)} MB exported`)
collector.closeAllConnections()
collector.close()
