import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onnxModel } from '../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'

describe('serving', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
  })
  afterAll(() => app.dispose())

  it('answers without a worker that a declared deployment has no version yet', async () => {
    const declared = await app.request('PUT', '/v1/deployments/early', { model: 'nothing-yet' })
    expect(declared.body).toMatchObject({ state: 'waiting', variants: [] })
    expect((await app.request('GET', '/v2/models/early/ready')).status).toBe(503)
    const unknown = await app.request('POST', '/v2/models/nobody/infer', {})
    expect([unknown.status, unknown.body.error]).toEqual([404, expect.stringContaining('unknown model: "nobody"')])
    expect((await app.request('GET', '/v2/health/live')).body.live).toBe(true)
    await app.request('DELETE', '/v1/deployments/early')
  })

  it('deploys a version by alias, predicts, records and joins a label right after', async () => {
    await app.register([1, -1])
    await app.registry.setAlias({ model: 'demo', alias: 'champion', version: 1 })
    const deployed = await app.request('PUT', '/v1/deployments/demo', { model: 'demo@champion' })
    expect(deployed.body).toMatchObject({
      state: 'ready',
      variants: [{ name: 'v1', version: 1, weight: 100 }],
      signature: { inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }] },
    })
    const answered = await app.predict('demo', [0.5, 0.25], { 'slipway-prediction-id': 'my-own-id-1' })
    expect(answered).toMatchObject({ status: 200, id: 'my-own-id-1', version: '1', label: 1 })
    const labeled = await app.request('POST', '/v1/labels', { labels: [{ predictionId: 'my-own-id-1', label: true }] })
    expect(labeled.body).toMatchObject({ recordedCount: 1, unknownIds: [] })
    const prediction = await app.request('GET', '/v1/predictions/my-own-id-1')
    expect(prediction.body).toMatchObject({
      deployment: 'demo',
      variant: 'v1',
      inputs: { a: 0.5, b: 0.25 },
      outputs: { label: 1 },
      label: { value: true, actor: { id: 'local', kind: 'local' } },
    })
    const traffic = await app.request('GET', '/v1/deployments/demo/traffic')
    expect(traffic.body.totals).toMatchObject([
      { variant: 'v1', requestCount: 1, errorCount: 0, p50Us: expect.any(Number) },
    ])
  })

  it('changes nothing when applied again', async () => {
    const before = (await app.request('GET', '/v1/deployments/demo')).body
    expect(before.changedBy).toEqual({ id: 'local', kind: 'local' })
    const events = await app.platform.events.lastSeq()
    expect((await app.request('PUT', '/v1/deployments/demo', { model: 'demo@champion' })).body).toEqual(before)
    expect((await app.request('PUT', '/v1/deployments/demo', { model: 'demo' })).body).toEqual(before)
    expect(await app.platform.events.lastSeq()).toBe(events)
  })

  it('refuses what cannot be served, says why, and goes on serving the old version', async () => {
    await app.registerBytes(Buffer.from('not a model'), 'demo')
    const damaged = await app.request('PUT', '/v1/deployments/demo', { model: 'demo/2' })
    expect(damaged.body).toMatchObject({
      code: 'model_not_servable',
      detail: expect.stringContaining('not a readable ONNX'),
    })
    await app.registerBytes(Buffer.from('weights'), 'demo', 'weights.h5')
    const foreign = await app.request('PUT', '/v1/deployments/demo', { model: 'demo/3' })
    expect(foreign.body.detail).toContain('weights.h5')
    const missing = await app.request('PUT', '/v1/deployments/demo', { model: 'demo/99' })
    expect(missing.status).toBe(404)
    expect(await app.predict('demo', [1, 0])).toMatchObject({ status: 200, version: '1' })
  })

  it('refuses a name that no URL can carry and a deployment of another model', async () => {
    await app.register([1, 1], 'other')
    expect((await app.request('PUT', '/v1/deployments/a%20b', { model: 'demo' })).status).toBe(400)
    const differs = await app.request('PUT', '/v1/deployments/demo', { model: 'other/1' })
    expect(differs.body.code).toBe('deployment_model_differs')
  })

  it('splits by weights that sum to 100', async () => {
    await app.register([-1, 1])
    const variants = [
      { name: 'a', ref: '1', weight: 50 },
      { name: 'b', ref: '4', weight: 50 },
    ]
    const wrong = await app.request('POST', '/v1/deployments/demo/split', { variants: variants.slice(0, 1) })
    expect(wrong.body.code).toBe('split_invalid')
    await app.request('POST', '/v1/deployments/demo/split', { variants })
    const versions = new Set<string>()
    for (let i = 0; i < 40; i++)
      versions.add((await app.predict('demo', [1, 0], { 'slipway-route-key': `u${i}` })).version)
    expect(versions).toEqual(new Set(['1', '4']))
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  })

  it('counts what a model refuses and what fails', async () => {
    const wide = await app.predict('demo', [1, 2, 3])
    expect(wide.status).toBe(400)
    await app.request('GET', '/v1/predictions/prd_unknown')
    const { totals } = (await app.request('GET', '/v1/deployments/demo/traffic')).body
    expect(totals.find((total: { variant: string }) => total.variant === 'v1')).toMatchObject({ rejectedCount: 1 })
  })

  it('serves a graph of several typed inputs', async () => {
    const value = (name: string, type: 'int64' | 'string' | 'double') => ({ name, type, shape: ['N', 1] })
    const model = onnxModel({
      inputs: [value('count', 'int64'), value('name', 'string'), value('price', 'double')],
      outputs: [value('count_out', 'int64'), value('name_out', 'string'), value('price_out', 'double')],
      nodes: ['count', 'name', 'price'].map((name) => ({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] })),
    })
    await app.registerBytes(model, 'echo')
    await app.request('PUT', '/v1/deployments/echo', { model: 'echo' })
    const inputs = [
      { name: 'price', datatype: 'FP64', shape: [2, 1], data: [[0.1], [null]] },
      { name: 'count', datatype: 'INT64', shape: [2, 1], data: ['9007199254740993', 2] },
      { name: 'name', datatype: 'BYTES', shape: [2, 1], data: ['Ålesund', ''] },
    ]
    const answer = await app.request('POST', '/v2/models/echo/infer', { inputs })
    expect(answer.body.outputs.map((output: { data: unknown }) => output.data)).toEqual([
      ['9007199254740993', 2],
      ['Ålesund', ''],
      [0.1, null],
    ])
    await expect
      .poll(async () => (await app.predictions.listPredictions({ deployment: 'echo', limit: 5 })).items.length)
      .toBe(2)
    const { items } = (await app.request('GET', '/v1/predictions?deployment=echo')).body
    expect(items[1].inputs).toEqual({ price: 0.1, count: '9007199254740993', name: 'Ålesund' })
  })
})
