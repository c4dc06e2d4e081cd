import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sluggishModel } from '../../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

const points = Array.from({ length: 40 }, (_, i) => [(i % 8) / 8, Math.floor(i / 8) / 5] as const)
/** Shadows judge by the class: the sign of the weighted sum, 0 where the two are equal. */
const classOf = ([a, b]: readonly [number, number], weights: readonly [number, number]) =>
  a * weights[0] + b * weights[1] > 0 ? 1 : 0

describe('a shadow', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp({ settings: { 'serving.scorerTimeoutMs': 1500 } })
    await app.register([1, -1])
    await app.register([1, -2])
    await app.registerBytes(sluggishModel(), 'demo')
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  const start = async (ref: string, body: object = {}) =>
    (await app.request('POST', '/v1/deployments/demo/shadows', { ref, ...body })).body
  const report = async (id: string) => (await app.request('GET', `/v1/shadows/${id}`)).body
  const predictAll = async () => {
    for (const point of points) expect((await app.predict('demo', point)).status).toBe(200)
  }

  it('answers nobody and tells where it is apart from what the clients got', async () => {
    const { id } = await start('2')
    expect((await start('2')).id).toBe(id)
    const versions = new Set<string>()
    for (const point of points) versions.add((await app.predict('demo', point)).version)
    expect(versions).toEqual(new Set(['1']))
    await expect.poll(async () => (await report(id)).scoredCount).toBe(points.length)
    const disagreed = points.filter((point) => classOf(point, [1, -1]) !== classOf(point, [1, -2]))
    const { summary } = await report(id)
    expect(summary).toMatchObject({ rowCount: 40, failedCount: 0, agreedCount: 40 - disagreed.length })
    // The probabilities are sigmoid(a - b) and sigmoid(a - 2b).
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    const apart = points.map(([a, b]) => Math.abs(sigmoid(a - b) - sigmoid(a - 2 * b)))
    expect(summary.maxDifference).toBeCloseTo(Math.max(...apart), 4)
    expect(summary.meanDifference).toBeCloseTo(apart.reduce((x, y) => x + y) / apart.length, 4)
    const { items } = (await app.request('GET', `/v1/shadows/${id}/differences?limit=40`)).body
    expect(items.filter((item: { isAgreed: boolean }) => !item.isAgreed)).toHaveLength(disagreed.length)
    expect(items[0]).toMatchObject({ isAgreed: false, outputs: { label: 1 }, candidateOutputs: { label: 0 } })
    expect((await app.request('POST', `/v1/shadows/${id}/stop`)).body.state).toBe('stopped')
  })

  it('gets its share of the rows only', async () => {
    const { id } = await start('2', { sample: 50 })
    for (let turn = 0; turn < 5; turn++) await predictAll()
    await app.settled()
    const { scoredCount } = await report(id)
    // 200 rows, half of them: five standard deviations are 35.
    expect(Math.abs(scoredCount - 100)).toBeLessThan(35)
    await app.request('POST', `/v1/shadows/${id}/stop`)
  })

  it('that is killed again and again harms nobody, comes back, and says what happened', async () => {
    const { id } = await start('2')
    await predictAll()
    await expect.poll(async () => (await report(id)).scoredCount).toBe(40)
    await kill(id)
    // One row: what else arrived would be answered after the pause, and the problem be over.
    await app.predict('demo', [0.5, 0.25])
    await expect.poll(async () => (await report(id)).crashCount).toBe(1)
    expect(await report(id)).toMatchObject({
      problem: expect.stringContaining('SIGKILL'),
      summary: { rowCount: 40, failedCount: 1 },
    })
    await predictAll()
    await expect.poll(async () => (await report(id)).summary.rowCount).toBe(80)
    expect((await report(id)).problem).toBeUndefined()
    await app.request('POST', `/v1/shadows/${id}/stop`)
  })

  it('that hangs is ended, and counts its rows as failed', async () => {
    const { id } = await start('3')
    const slow = [2500, 2500]
    const startedAt = performance.now()
    for (let turn = 0; turn < 5; turn++) expect((await app.predict('demo', slow)).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(3000)
    // All at once, or in as many parts as the log was read in.
    await expect.poll(async () => (await report(id)).scoredCount).toBe(5)
    const { crashCount, summary } = await report(id)
    expect(summary).toMatchObject({ rowCount: 0, failedCount: 5 })
    expect(crashCount).toBeGreaterThan(0)
    await app.request('POST', `/v1/shadows/${id}/stop`)
  })

  it('is refused for a version that cannot be served, and ends with its deployment', async () => {
    expect((await start('99')).code).toBe('model_version_not_found')
    const { id } = await start('2')
    await app.request('DELETE', '/v1/deployments/demo')
    expect((await report(id)).state).toBe('stopped')
    expect((await app.request('GET', '/v1/shadows/shd_none')).body.code).toBe('shadow_not_found')
  })
})

/** Ends the process of one shadow as the system would when memory is short. */
async function kill(id: string): Promise<void> {
  const { stdout } = await promisify(execFile)('pgrep', ['-f', `slipway-${id}`])
  for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL')
}
