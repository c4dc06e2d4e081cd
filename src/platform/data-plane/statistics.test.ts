import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planVariant, type TestDataPlane, testDataPlane } from '../../testing/data-plane.ts'
import { logisticModel } from '../../testing/onnx-model.ts'
import { batchSlot, latencySlot, type ModelStatistics, rowLength, toStatistics } from '../inference/counters.ts'
import type { PlanVariant } from '../inference/plan.ts'

const row = { name: 'features', datatype: 'FP32', shape: [1, 2], data: [1, 0] }

describe('statistics', () => {
  let test: TestDataPlane
  let variant: PlanVariant
  beforeAll(async () => {
    test = await testDataPlane({ workers: 2, control: (_request, response) => response.end() })
    variant = await planVariant(test.folder, logisticModel([1, -1], 0), { version: '1' })
    await test.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
  })
  afterAll(() => test.stop())

  /** Each on a connection of its own, so that both workers get some. */
  async function infer(times: number, inputs: readonly unknown[] = [row]): Promise<number[]> {
    const headers = { connection: 'close' }
    const send = () =>
      fetch(`${test.url}/v2/models/demo/infer`, { method: 'POST', headers, body: JSON.stringify({ inputs }) })
    return Promise.all(Array.from({ length: times }, async () => (await send()).status))
  }
  async function successes(): Promise<number> {
    const { model_stats } = await (await fetch(`${test.url}/v2/models/demo/stats`)).json()
    return model_stats[0].inference_stats.success.count
  }

  /** A worker writes what it counted within 20 ms of its own time, which a busy machine may not give it. */
  const counted = (count: number) => expect.poll(successes).toBe(count)

  it('are the sum of all workers, a moment after the answers', async () => {
    await infer(40)
    await counted(40)
    expect(await infer(3, [{ ...row, shape: [2, 1] }])).toEqual([400, 400, 400])
    const read = async () => (await fetch(`${test.url}/metrics`)).text()
    const refused = 'slipway_inference_rejected_total{model="demo",version="1"} 3\n'
    await expect.poll(read).toContain(refused)
    const metrics = await read()
    expect(metrics).toContain('nv_inference_request_success{model="demo",version="1"} 40\n')
    expect(metrics).toContain('nv_inference_pending_request_count{model="demo",version="1"} 0\n')
    expect(metrics).toMatch(/slipway_inference_request_duration_seconds_bucket\{.*le="\+Inf"\} 40\n/)
  })

  it('never go down when a worker is killed, and go on with its successor', async () => {
    const [victim] = await test.plane.status()
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    await expect.poll(async () => (await test.plane.status()).length).toBe(1)
    expect(await successes()).toBe(40)
    await expect.poll(async () => (await test.plane.status()).length).toBe(2)
    await infer(10)
    await counted(50)
  })

  it('forget a version that is not live any more', async () => {
    const next = { ...variant, version: '2' }
    await test.plane.apply({ version: 2, deployments: [{ name: 'demo', salt: 's', variants: [next] }] })
    await infer(2)
    await counted(2)
    expect((await fetch(`${test.url}/v2/models/demo/versions/1/stats`)).status).toBe(404)
    expect(await (await fetch(`${test.url}/metrics`)).text()).not.toContain('version="1"')
  })
})

describe('a row of counters', () => {
  const reading = (row: Float64Array): ModelStatistics => toStatistics({ deployment: 'a', version: '1' }, row)

  it.each([
    [1, 1],
    [64, 64],
    [65, 128],
    [128, 128],
    [129, 256],
    [1_000_000, 1_048_576],
  ])('counts a run of %i rows under %i', (rows, size) => {
    const row = new Float64Array(rowLength)
    row[batchSlot(rows)] = 1
    expect(reading(row).batches.map((batch) => batch.size)).toEqual([size])
  })

  it.each([
    [0.0005, 0],
    [0.00051, 1],
    [5, 12],
    [60, 13],
  ])('puts %f s into bucket %i of the histogram', (seconds, bucket) => {
    const row = new Float64Array(rowLength)
    row[latencySlot(seconds)] = 1
    expect(reading(row).latency.indexOf(1)).toBe(bucket)
  })
})
