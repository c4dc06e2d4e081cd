import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onnxModel } from '../../testing/onnx-model.ts'
import { remoteServer } from '../../testing/remote-server.ts'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'
import type { Datasets } from '../datasets/index.ts'

/** Two servers: one has the models, the other serves them as its own. Every answer is compared with the first's. */
describe('a model on another server', () => {
  let there: ServingApp
  let here: ServingApp
  beforeAll(async () => {
    ;[there, here] = await Promise.all([servingApp(), servingApp()])
    await there.register([2, -1])
    await there.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
    await there.registerBytes(echo, 'echo')
    await there.request('PUT', '/v1/deployments/echo', { model: 'echo/1' })
  })
  afterAll(async () => {
    await Promise.all([there?.dispose(), here?.dispose()])
  })

  const connect = (model: string, server: string, more: object = {}) =>
    here.request('POST', `/v1/models/${model}/connect`, { server, remoteModel: 'demo', ...more })
  const rows = [
    [0.5, 0.25],
    [-3, 4],
    [1e-3, 0],
  ] as const

  it.each([
    ['REST', (url: string) => ({ url })],
    ['gRPC', (url: string) => ({ url: url.replace('http:', 'grpc:') })],
    [
      'rows as JSON',
      (url: string) => ({
        url: `${url}/inference`,
        protocol: 'v1',
        inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }],
        outputs: [
          { name: 'label', datatype: 'INT64', shape: [-1] },
          { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
        ],
      }),
    ],
  ])('answers over %s what it answers there', async (name, placeOf) => {
    const model = `over-${name.replaceAll(' ', '-')}`
    const { url, ...more } = placeOf(there.url)
    const connected = await connect(model, url, more)
    expect(connected.body).toMatchObject({ model, version: 1, format: 'remote', source: url })
    if (name === 'REST') expect((await connect(model, url)).body.id).toBe(connected.body.id)
    const deployed = await here.request('PUT', `/v1/deployments/${model}`, { model })
    expect(deployed.body).toMatchObject({
      state: 'ready',
      signature: { inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }] },
    })
    for (const row of rows) {
      const direct = await there.predict('demo', row)
      const through = await here.predict(model, row)
      expect(through).toEqual({ ...direct, id: through.id })
    }
    // The other dialects and the log know no difference.
    const mlflow = await here.request('POST', `/inference/${model}/invocations`, { inputs: [[0.5, 0.25]] })
    const direct = await there.request('POST', '/inference/demo/invocations', { inputs: [[0.5, 0.25]] })
    expect([mlflow.status, mlflow.body]).toEqual([200, direct.body])
    await expect.poll(async () => (await listed(model)).length).toBe(rows.length + 1)
  })

  it.each(['http:', 'grpc:'])('carries texts, 64-bit integers and NaN exactly over %s', async (scheme) => {
    const model = `echo-${scheme.slice(0, 4)}`
    await connect(model, there.url.replace('http:', scheme), { remoteModel: 'echo' })
    await here.request('PUT', `/v1/deployments/${model}`, { model })
    const inputs = [
      { name: 'price', datatype: 'FP64', shape: [2, 1], data: [[0.1], [null]] },
      { name: 'count', datatype: 'INT64', shape: [2, 1], data: ['9007199254740993', -2] },
      { name: 'name', datatype: 'BYTES', shape: [2, 1], data: ['Ålesund', ''] },
    ]
    const direct = await there.request('POST', '/v2/models/echo/infer', { inputs })
    const through = await here.request('POST', `/v2/models/${model}/infer`, { inputs })
    expect(through.body.outputs).toEqual(direct.body.outputs)
    expect(through.body.outputs).toHaveLength(3)
  })

  it('is one variant of a split beside a model of this server; what is elsewhere is not exported', async () => {
    await here.register([1, 1], 'mixed')
    const columns = ['a', 'b']
    const wrong = await connect('mixed', there.url, { columns: ['a', 'b', 'c'] })
    expect(wrong.body).toMatchObject({ code: 'remote_columns_invalid' })
    await connect('mixed', there.url, { columns })
    await here.request('PUT', '/v1/deployments/mixed', { model: 'mixed/1' })
    const variants = [
      { name: 'own', ref: '1', weight: 50 },
      { name: 'remote', ref: '2', weight: 50 },
    ]
    expect((await here.request('POST', '/v1/deployments/mixed/split', { variants })).body.state).toBe('ready')
    const seen = new Map<string, number>()
    for (let i = 0; i < 40; i++) {
      const { version, probability } = await here.predict('mixed', [1, -1], { 'slipway-route-key': `u${i}` })
      seen.set(version, probability)
    }
    const direct = await there.predict('demo', [1, -1])
    expect(seen.get('1')).toBeCloseTo(0.5, 6)
    expect(seen.get('2')).toBe(direct.probability)
    const exported = await here.request('GET', '/v1/deployments/mixed/package')
    expect(exported.body).toMatchObject({ code: 'deployment_not_portable' })
  })

  it('takes replays, shadows and batches as a model of this server does', async () => {
    await here.request('PUT', '/v1/deployments/mixed', { model: 'mixed/1' })
    const end = async (path: string) => {
      const state = async () => (await here.request('GET', path)).body.state
      await expect.poll(state).not.toBe('running')
      return (await here.request('GET', path)).body
    }
    const replay = await here.request('POST', '/v1/deployments/mixed/replays', { ref: '2' })
    const replayed = await end(`/v1/replays/${replay.body.id}`)
    expect(replayed).toMatchObject({ state: 'finished', report: { summary: { failedCount: 0 } } })
    expect(replayed.report.summary.rowCount).toBeGreaterThan(39)
    const shadow = await here.request('POST', '/v1/deployments/mixed/shadows', { ref: '2' })
    await here.predict('mixed', [3, 1])
    const report = async () => (await here.request('GET', `/v1/shadows/${shadow.body.id}`)).body
    await expect.poll(async () => (await report()).scoredCount).toBe(1)
    const [own, remote] = [1 / (1 + Math.exp(-4)), (await there.predict('demo', [3, 1])).probability]
    expect((await report()).summary.maxDifference).toBeCloseTo(Math.abs(own - remote), 5)
    const datasets = (here.doors as { datasets: Datasets }).datasets
    await datasets.ensureDataset({ name: 'points' })
    const blob = await here.platform.blobs.write('a,b\n3,1\n0,0\n')
    await datasets.createVersion({ dataset: 'points', files: [{ path: 'points.csv', ...blob }] })
    const batch = await here.request('POST', '/v1/batches', { model: 'mixed/2', input: 'points@1', output: 'scored' })
    const scored = await end(`/v1/batches/${batch.body.id}`)
    expect(scored).toMatchObject({ state: 'finished', doneCount: 2, failedCount: 0 })
    const { rows: made } = await datasets.preview({ ref: scored.outputVersionId, limit: 2, offset: 0 })
    const [first] = made as { predicted_probabilities: number[] }[]
    expect(first?.predicted_probabilities[1]).toBeCloseTo(remote, 6)
  })

  it('passes on that an input is wrong as the fault of the request', async () => {
    const wide = await here.predict('over-REST', [1, 2, 3])
    expect(wide.status).toBe(400)
  })

  it('is refused when it is not there or not to be called', async () => {
    const nobody = await connect('bad', there.url, { remoteModel: 'nobody' })
    expect(nobody.body).toMatchObject({
      code: 'remote_model_unusable',
      detail: expect.stringContaining('does not know the model'),
    })
    const down = await connect('bad', 'http://127.0.0.1:9')
    expect(down.body).toMatchObject({ code: 'remote_model_away', detail: expect.stringContaining('ECONNREFUSED') })
    for (const [url, more] of [
      ['nonsense', {}],
      ['file:///etc/passwd', {}],
      ['http://user:pass@localhost', {}],
      [there.url, { secret: 'PATH' }],
    ] as const)
      expect((await connect('bad', url, more)).status).toBe(400)
    expect((await here.request('GET', '/v1/models/bad')).status).toBe(404)
  })

  it('makes its deployment failed with the reason while it is away, and ready when it is back; others go on', async () => {
    const remote = await remoteServer()
    const { port } = new URL(remote.url)
    // Given where that server tells something else: the shape is narrower.
    const inputs = [{ name: 'features', datatype: 'FP32', shape: [1, 2] }]
    await connect('sum', remote.url, { remoteModel: 'sum', timeoutMs: 500, inputs })
    const first = await here.request('PUT', '/v1/deployments/sum', { model: 'sum' })
    expect(first.body).toMatchObject({ state: 'ready', signature: { inputs } })
    await here.request('DELETE', '/v1/deployments/sum')
    await remote.close()
    const deployed = await here.request('PUT', '/v1/deployments/sum', { model: 'sum' })
    expect(deployed.status).toBe(200)
    const input = { name: 'features', datatype: 'FP32', shape: [1, 2], data: [1, 2] }
    const ask = () => here.request('POST', '/v2/models/sum/infer', { inputs: [input] })
    const shown = async () => (await here.request('GET', '/v1/deployments/sum')).body
    await expect.poll(shown).toMatchObject({ state: 'failed', problem: expect.stringContaining('ECONNREFUSED') })
    expect((await ask()).status).toBe(503)
    expect((await here.request('GET', '/v2/models/sum/ready')).body.error).toContain('ECONNREFUSED')
    expect((await here.request('GET', '/v2/health/ready')).status).toBe(200)
    expect((await here.predict('mixed', [1, 2])).status).toBe(200)
    const back = await remoteServer(Number(port))
    await expect.poll(shown).toMatchObject({ state: 'ready' })
    expect((await ask()).body.outputs[0].data).toEqual([0.5])
    // A deployment that serves is not pointed at what is away.
    await back.close()
    await here.register([1, 1], 'sum')
    await here.request('PUT', '/v1/deployments/sum', { model: 'sum/2' })
    const refused = await here.request('PUT', '/v1/deployments/sum', { model: 'sum/1' })
    expect(refused.body.code).toBe('remote_model_away')
    expect(await here.predict('sum', [1, 2])).toMatchObject({ status: 200, version: '2' })
  })

  const listed = async (deployment: string) => (await here.predictions.listPredictions({ deployment, limit: 50 })).items
})

const value = (name: string, type: 'int64' | 'string' | 'double') => ({ name, type, shape: ['N', 1] })
const echo = onnxModel({
  inputs: [value('count', 'int64'), value('name', 'string'), value('price', 'double')],
  outputs: [value('count_out', 'int64'), value('name_out', 'string'), value('price_out', 'double')],
  nodes: ['count', 'name', 'price'].map((name) => ({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] })),
})
