import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sluggishModel } from '../../../testing/onnx-model.ts'
import { type Answered, type ServingApp, servingApp } from '../../../testing/serving-app.ts'

describe('settings of a deployment', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
    await app.register([1, -1])
    await app.register([-1, 1])
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  const configure = (settings: object) => app.request('PUT', '/v1/deployments/demo/settings', settings)
  const isRecorded = async (id: string) => (await app.request('GET', `/v1/predictions/${id}`)).status === 200
  const traffic = async () => {
    const { totals } = (await app.request('GET', '/v1/deployments/demo/traffic')).body
    return { requests: totals[0].requestCount, rows: totals[0].rowCount, p50Us: totals[0].p50Us }
  }

  it('record only the wanted share of the predictions, and count all of them', async () => {
    expect((await configure({ capture: 40 })).body.settings).toEqual({ capture: 40 })
    const ids = Array.from({ length: 200 }, (_, index) => `prediction-${index}`)
    for (const id of ids) await app.predict('demo', [1, 0], { 'slipway-prediction-id': id })
    const recorded: boolean[] = []
    for (const id of ids) recorded.push(await isRecorded(id))
    const share = recorded.filter(Boolean).length / ids.length
    expect(share).toBeGreaterThan(0.25)
    expect(share).toBeLessThan(0.55)
    await expect.poll(traffic).toEqual({ requests: 200, rows: 200, p50Us: expect.any(Number) })
    // Sent again, a request is in the sample or not as before.
    const again = ids.findIndex((_, index) => recorded[index] === false)
    await app.predict('demo', [1, 0], { 'slipway-prediction-id': `prediction-${again}` })
    expect(await isRecorded(`prediction-${again}`)).toBe(false)
  })

  it('outlive a change of version, and go back to the defaults', async () => {
    await configure({ capture: 0 })
    const changed = await app.request('PUT', '/v1/deployments/demo', { model: 'demo/2' })
    expect(changed.body).toMatchObject({ settings: { capture: 0 }, variants: [{ version: 2 }] })
    const silent = await app.predict('demo', [1, 0])
    expect(await isRecorded(silent.id)).toBe(false)
    expect((await configure({})).body.settings).toEqual({})
    const recorded = await app.predict('demo', [1, 0])
    expect(await isRecorded(recorded.id)).toBe(true)
  })

  it('keep answers for equal requests: each with its own id and row, none of them run again', async () => {
    await configure({ cacheBytes: 1_000_000 })
    const statistics = async () =>
      (await app.request('GET', '/v2/models/demo/stats')).body.model_stats.find(
        ({ version }: { version: string }) => version === '2',
      )
    const before = await statistics()
    const answers: Answered[] = []
    for (const row of [
      [0.25, 8],
      [0.25, 8],
      [8, 0.25],
      [0.25, 8],
    ])
      answers.push(await app.predict('demo', row))
    const after = await statistics()
    const counted = (key: string) => after.inference_stats[key].count - before.inference_stats[key].count
    expect(['cache_hit', 'cache_miss', 'success', 'compute_infer'].map(counted)).toEqual([2, 2, 4, 2])
    expect(after.execution_count - before.execution_count).toBe(2)
    expect(new Set(answers.map(({ id }) => id)).size).toBe(4)
    expect(answers.map(({ probability }) => probability)).toEqual(
      [0, 0, 2, 0].map((index) => answers[index]?.probability),
    )
    expect(answers[0]?.probability).not.toBe(answers[2]?.probability)
    for (const { id, label } of answers)
      expect((await app.request('GET', `/v1/predictions/${id}`)).body.outputs.label).toBe(label)
    const metrics = await (await fetch(`${app.url}/metrics`)).text()
    expect(metrics).toMatch(/nv_cache_num_hits_per_model\{model="demo",version="2"\} 2\n/)
    // Another version has other answers.
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
    expect((await app.predict('demo', [0.25, 8])).probability).not.toBe(answers[0]?.probability)
  })

  it('refuse more than the wanted number of waiting requests, and those that wait too long', async () => {
    await app.registerBytes(sluggishModel(), 'slow')
    await app.request('PUT', '/v1/deployments/slow', { model: 'slow' })
    // Each holds the model for a tenth of a second or so, one after the other.
    const ask = () =>
      app.request('POST', '/v2/models/slow/infer', {
        inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [300, 300] }],
      })
    const burst = async () => {
      const statuses = (await Promise.all(Array.from({ length: 6 }, ask))).map(({ status }) => status)
      return { answered: statuses.includes(200), others: [...new Set(statuses.filter((status) => status !== 200))] }
    }
    expect(await burst()).toEqual({ answered: true, others: [] })
    await app.request('PUT', '/v1/deployments/slow/settings', { maxPending: 1 })
    expect(await burst()).toEqual({ answered: true, others: [503] })
    await app.request('PUT', '/v1/deployments/slow/settings', { queueTimeoutMs: 5 })
    expect(await burst()).toEqual({ answered: true, others: [503] })
    const counted = async () => (await app.request('GET', '/v1/deployments/slow/traffic')).body.totals[0].requestCount
    await expect.poll(counted).toBe(18)
  })

  it('are refused when they make no sense', async () => {
    expect((await configure({ capture: 120 })).status).toBe(400)
    expect((await app.request('PUT', '/v1/deployments/nobody/settings', {})).body.code).toBe('deployment_not_found')
  })

  it('release a version that nobody asks for, and say so until the next request loads it', async () => {
    const shown = async () => (await app.request('GET', '/v1/deployments/demo')).body.variants[0]
    expect((await configure({ unloadAfterMs: 100 })).body.settings).toEqual({ unloadAfterMs: 100 })
    await expect.poll(shown).toMatchObject({ isUnloaded: true })
    await configure({ unloadAfterMs: 60_000 })
    expect((await app.predict('demo', [1, 0])).status).toBe(200)
    expect(await shown()).not.toHaveProperty('isUnloaded')
    expect((await configure({ unloadAfterMs: 1 })).status).toBe(400)
  })
})
