import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

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
    await expect.poll(traffic, { timeout: 3000 }).toEqual({ requests: 200, rows: 200, p50Us: expect.any(Number) })
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

  it('are refused when they make no sense', async () => {
    expect((await configure({ capture: 120 })).status).toBe(400)
    expect((await app.request('PUT', '/v1/deployments/nobody/settings', {})).body.code).toBe('deployment_not_found')
  })
})
