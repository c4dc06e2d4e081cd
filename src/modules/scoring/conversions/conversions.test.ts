import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

const script = 'def predict(frame):\n    return {"total": [price * 7.0 for price in frame["price"]]}\n'

describe.each(['sqlite', 'postgres'] as const)('conversions to ONNX on %s', (database) => {
  let app: ServingApp
  let versionId: string
  beforeAll(async () => {
    // The machine's own Python has neither converters nor an estimator to convert.
    app = await servingApp({ database, settings: { 'serving.python': 'python3' } })
    const signature = { inputs: [{ name: 'price', type: 'double' }], outputs: [{ name: 'total', type: 'double' }] }
    const files = [{ path: 'model.py', ...(await app.platform.blobs.write(script)) }]
    const version = await app.registry.createVersion({ model: 'shop', files, format: 'python', signature })
    versionId = version.id
    await app.request('PUT', '/v1/deployments/shop', { model: 'shop/1' })
  })
  afterAll(() => app.dispose())

  const convert = (body: object = {}) => app.request('POST', '/v1/conversions', { model: 'shop/1', ...body })
  const ended = async (id: string) => {
    const get = async () => (await app.request('GET', `/v1/conversions/${id}`)).body
    await expect.poll(async () => (await get()).state).not.toBe('running')
    return get()
  }
  const ask = (price: number) => app.request('POST', '/inference/shop/invocations', { dataframe_records: [{ price }] })

  it('are refused without real rows to compare on', async () => {
    const { id } = (await convert()).body
    const done = await ended(id)
    expect(done).toMatchObject({ state: 'refused', isUsed: false, modelVersionId: versionId })
    expect(done.problem).toContain('there are no real rows to compare on')
  })

  it('of what is no estimator are refused with the reason, and the version answers as before', async () => {
    for (const price of [1, 2.5]) expect((await ask(price)).body).toEqual({ predictions: [price * 7] })
    const [first, second] = await Promise.all([convert({ deployment: 'shop' }), convert({ deployment: 'shop' })])
    expect(second.body.id).toBe(first.body.id)
    const done = await ended(first.body.id)
    expect(done).toMatchObject({ state: 'refused', isUsed: false })
    expect(done.problem).toContain('it cannot be converted: ')
    expect((await ask(3)).body).toEqual({ predictions: [21] })
    const { body } = await app.request('GET', '/v1/conversions?model=shop/1')
    expect(body.items.map((item: { id: string }) => item.id)[0]).toBe(done.id)
    const used = await app.request('POST', `/v1/conversions/${done.id}/use`, { runtime: 'onnx' })
    expect(used).toMatchObject({ status: 409, body: { code: 'conversion_not_usable' } })
    const made = (await app.platform.events.list({ limit: 500 })).filter(
      ({ type }) => type === 'serving.model.converted',
    )
    expect(made[0]?.payload).toMatchObject({ conversionId: done.id, state: 'refused', modelVersionId: versionId })
  })

  it('are for Python versions only, and for rows that exist', async () => {
    const onnx = await app.register([1, -1])
    expect((await convert({ model: onnx })).body.code).toBe('conversion_not_needed')
    expect((await convert({ dataset: 'none@1' })).status).toBe(404)
    expect((await convert({ deployment: 'none' })).body.code).toBe('deployment_not_found')
    expect((await app.request('GET', '/v1/conversions/cnv_none')).body.code).toBe('conversion_not_found')
  })
})
