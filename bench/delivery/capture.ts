import { logisticModel } from '../../src/testing/onnx-model.ts'
import { type LoadResult, runLoad } from '../inference/load.ts'
import { compare } from './report.ts'
import { inTurn } from './rounds.ts'
import type { BenchServer } from './server.ts'

const features = 12
const weights = Array.from({ length: features }, (_, index) => index / 10 - 0.5)
const body = JSON.stringify({
  inputs: [{ name: 'features', datatype: 'FP32', shape: [1, features], data: weights }],
})

export interface Timing {
  readonly rounds: number
  readonly durationMs: number
}

/** Versions of a small model; version 1 is live. */
export async function deployDemo(server: BenchServer): Promise<void> {
  for (const bias of [0.1, 0.2, 0.3]) await server.register('demo', logisticModel(weights, bias))
  await server.call('PUT', '/v1/deployments/demo', { model: 'demo/1' })
}

/** One-row requests over 64 connections: as fast as they are answered, or at a rate. */
export function loadDemo(server: BenchServer, load: { durationMs: number; rate?: number }): Promise<LoadResult> {
  return runLoad({ port: server.port, path: '/v2/models/demo/infer', body, connections: 64, ...load })
}

/** Lets what was recorded become rows: work of one round shall not fall into the next. */
export async function settle(server: BenchServer): Promise<void> {
  await server.call('GET', '/v1/predictions?deployment=demo&limit=1')
  await new Promise((resolve) => setTimeout(resolve, 400))
}

/** With the prediction log off and on. */
export async function measureCapture(server: BenchServer, { rounds, durationMs }: Timing): Promise<void> {
  const run = async (capture: number) => {
    await server.call('PUT', '/v1/deployments/demo/settings', { capture })
    await settle(server)
    const cpuBefore = server.workerCpuUs()
    const { requests, perSecond } = await loadDemo(server, { durationMs })
    return { perSecond, cpuUs: (server.workerCpuUs() - cpuBefore) / requests }
  }
  await run(100)
  const [off = [], on = []] = await inTurn(rounds, [() => run(0), () => run(100)])
  const by = (key: 'perSecond' | 'cpuUs') => ({
    before: off.map((result) => result[key]),
    after: on.map((result) => result[key]),
  })
  compare({ what: 'prediction log: requests/s, all cores busy', ...by('perSecond'), target: '0.95' })
  compare({ what: 'prediction log: µs of the worker per request', ...by('cpuUs'), target: '1.05' })
}
