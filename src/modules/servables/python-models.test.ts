import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'
import { makeWheel } from '../../testing/wheel.ts'

const script = `
import tiny_slip

def predict(frame):
    return {"total": [float(price) * tiny_slip.size for price in frame["price"]]}
`

describe('Python models', () => {
  let app: ServingApp
  let folder: string
  let requirement: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-wheel-'))
    requirement = `tiny-slip @ file://${await makeWheel(folder)}`
    app = await servingApp()
  })
  afterAll(async () => {
    await app.dispose()
    await rm(folder, { recursive: true })
  })

  async function register(files: Readonly<Record<string, string>>): Promise<number> {
    const stored = Object.entries(files).map(async ([path, text]) => ({
      path,
      ...(await app.platform.blobs.write(text)),
    }))
    const signature = { inputs: [{ name: 'price', type: 'double' }], outputs: [{ name: 'total', type: 'double' }] }
    const { version } = await app.registry.createVersion({
      model: 'shop',
      files: await Promise.all(stored),
      format: 'python',
      signature,
    })
    return version
  }

  const ask = (price: number) => app.request('POST', '/inference/shop/invocations', { dataframe_records: [{ price }] })

  it('whose environment cannot be built say so with the words of pip, in the deployment too', async () => {
    const version = await register({ 'model.py': script, 'requirements.txt': 'there is no such == requirement\n' })
    const refused = await app.request('PUT', '/v1/deployments/shop', { model: `shop/${version}` })
    expect(refused).toMatchObject({ status: 400, body: { code: 'model_not_servable' } })
    expect(refused.body.detail).toContain('Invalid requirement')
    const deployment = await app.request('GET', '/v1/deployments/shop')
    expect(deployment.body).toMatchObject({ state: 'failed', problem: expect.stringContaining('Invalid requirement') })
  })

  it('get an environment of their own, with progress, and answer', async () => {
    const version = await register({ 'model.py': script, 'requirements.txt': requirement })
    const progress = new Set<string>()
    const timer = setInterval(async () => {
      const { body } = await app.request('GET', '/v1/deployments/shop')
      if (body.progress !== undefined) progress.add(body.progress)
    }, 50)
    const deployed = await app.request('PUT', '/v1/deployments/shop', { model: `shop/${version}` })
    clearInterval(timer)
    expect(deployed.body).toMatchObject({
      state: 'ready',
      signature: { inputs: [{ name: 'price', datatype: 'FP64' }] },
    })
    expect([...progress].join('\n')).toContain('building the Python environment: ')
    expect((await ask(3)).body).toEqual({ predictions: [21] })
  })

  it('have an environment that is listed with who needs it, and kept while somebody does', async () => {
    const { body } = await app.request('GET', '/v1/environments')
    expect(body.items).toHaveLength(1)
    const [{ name, neededBy, requirements, sizeBytes }] = body.items
    expect([neededBy, requirements]).toEqual([['shop'], [requirement]])
    const needed = await app.request('POST', '/v1/environments/remove', { name })
    expect(needed).toMatchObject({ status: 409, body: { code: 'environment_needed' } })
    const nothing = await app.request('POST', '/v1/environments/remove', {})
    expect(nothing.body).toEqual({ removed: [], keptCount: 1, freedBytes: 0 })
    expect(sizeBytes).toBeGreaterThan(100_000)
  })

  it('are replayed over recorded requests in a process of their own', async () => {
    await ask(5)
    const version = await register({
      'model.py': script.replace('.size', '.size * 2'),
      'requirements.txt': requirement,
    })
    const started = await app.request('POST', '/v1/deployments/shop/replays', { ref: String(version) })
    const get = async () => (await app.request('GET', `/v1/replays/${started.body.id}`)).body
    await expect.poll(async () => (await get()).state).not.toBe('running')
    const { state, report } = await get()
    expect([state, report.summary]).toMatchObject(['finished', { rowCount: 2, failedCount: 0, maxDifference: 35 }])
  })

  it('leave an environment behind that can be removed, tried first', async () => {
    await app.request('DELETE', '/v1/deployments/shop')
    const remove = async (body: object) => (await app.request('POST', '/v1/environments/remove', body)).body
    expect((await remove({ unusedFor: '30d' })).removed).toEqual([])
    const tried = await remove({ dryRun: true })
    expect(tried).toMatchObject({ removed: [{ name: expect.any(String) }], keptCount: 0 })
    expect(await remove({})).toEqual(tried)
    expect((await app.request('GET', '/v1/environments')).body.items).toEqual([])
  })

  it('run each request alone, whatever waits beside it, until it is said that their rows do not touch each other', async () => {
    const version = await register({
      'model.py': [
        'import time',
        'def predict(frame):',
        '    prices = [float(price) for price in frame["price"]]',
        '    if min(prices) < 100: raise ValueError("no such price")',
        '    time.sleep(0.01)',
        '    return {"total": [price - sum(prices) / len(prices) for price in prices]}',
      ].join('\n'),
    })
    const deployed = await app.request('PUT', '/v1/deployments/mean', { model: `shop/${version}` })
    expect(deployed.body).toMatchObject({ state: 'ready' })
    const predictions = () =>
      Promise.all(
        Array.from({ length: 40 }, async (_, at) => {
          const records = [{ price: 100 * (at + 1) }, { price: 100 * (at + 1) + 2 }]
          const answer = await app.request('POST', '/inference/mean/invocations', { dataframe_records: records })
          return answer.body.predictions
        }),
      )
    expect(new Set((await predictions()).map(String))).toEqual(new Set(['-1,1']))

    const settings = await app.request('PUT', '/v1/deployments/mean/settings', { maxBatchRows: 64 })
    expect(settings.body.settings).toEqual({ maxBatchRows: 64 })
    // It was told what is not true of this model, and shares its runs from here on.
    expect(new Set((await predictions()).map(String)).size).toBeGreaterThan(1)
    await app.request('PUT', '/v1/deployments/mean/settings', { maxBatchRows: 1 })
    expect(new Set((await predictions()).map(String))).toEqual(new Set(['-1,1']))
  })
})
