import { show } from './report.ts'
import { median } from './rounds.ts'
import type { BenchServer } from './server.ts'

/** A graph of one function whose file takes so long to load. */
const slowGraph = (seconds: number, version: number) => ({
  'graph.yaml': 'nodes:\n  keep: {function: keep.js, inputs: {x: inputs.x}}\noutputs: {y: keep.y}\n',
  'keep.js': `
await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}))
export const inputs = { x: { datatype: 'FP64', shape: [-1] } }
export const outputs = { y: { datatype: 'FP64', shape: [-1] } }
export default ({ x }) => ({ y: Array.from(x.data, (value) => value + ${version}) })
`,
})

/** Rollbacks of a deployment whose versions are loaded, while nothing and while the slow version of another one loads. */
export async function measureRollback(server: BenchServer, { rollbacks, loadSeconds }: RollbackTiming): Promise<void> {
  for (const version of [1, 2]) await registerGraph(server, slowGraph(loadSeconds, version))
  await server.call('PUT', '/v1/deployments/slow', { model: 'slow/1' })
  await server.call('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  await server.call('PUT', '/v1/deployments/demo', { model: 'demo/2' })
  const calm = await rollBack(server, rollbacks, () => true)
  let isLoaded = false
  const loading = server.call('PUT', '/v1/deployments/slow', { model: 'slow/2' }).finally(() => {
    isLoaded = true
  })
  // The graph is looked at in a process of its own first; the workers load it after that.
  await new Promise((resolve) => setTimeout(resolve, (loadSeconds + 2) * 1000))
  const busy = await rollBack(server, rollbacks, () => !isLoaded)
  await loading
  for (const [name, of] of Object.entries({ median, worst: (all: readonly number[]) => Math.max(...all) }))
    console.log(
      `| rollback until answered with, ${name} of ${busy.length} in ms | ${show(of(calm))} | ${show(of(busy))} | ${(of(busy) / of(calm)).toFixed(2)} | 100 ms |`,
    )
}

export interface RollbackTiming {
  readonly rollbacks: number
  readonly loadSeconds: number
}

/** Milliseconds of each, until a prediction is answered by the version of before. */
async function rollBack(server: BenchServer, count: number, isMeasured: () => boolean): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < count && isMeasured(); turn++) {
    const begunAt = performance.now()
    const { variants } = await server.call('POST', '/v1/deployments/demo/rollback')
    const { model_version } = await server.call('POST', '/v2/models/demo/infer', request)
    if (model_version !== String(variants[0].version)) throw new Error(`version ${model_version} answers`)
    times.push(performance.now() - begunAt)
  }
  return times
}

const data = Array.from({ length: 12 }, (_, index) => index)
const request = { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 12], data }] }

async function registerGraph(server: BenchServer, texts: Readonly<Record<string, string>>): Promise<void> {
  const files: object[] = []
  for (const [path, text] of Object.entries(texts))
    files.push({ path, ...(await server.call('PUT', '/v1/blobs', new TextEncoder().encode(text))) })
  await server.call('POST', '/v1/models/slow/versions', { files, format: 'graph' })
}
