import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialects, modules } from '../../app.ts'
import { logisticModel } from '../../testing/onnx-model.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

/** Predictions that became data again are traced to what answered, and from there to the data before. */
describe('lineage of served data', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await testApp({ modules, dialects, settings: { 'serving.workers': 1 } })
    const blob = async (body: string | Uint8Array) => (await app.request('PUT', '/v1/blobs', body)).body
    const rows = { path: 'rows.jsonl', ...(await blob('{"a":1,"b":0}\n{"a":0,"b":1}\n')) }
    await app.request('POST', '/v1/datasets', { name: 'rows' })
    const data = await app.request('POST', '/v1/datasets/rows/versions', { files: [rows] })
    const experiment = await app.request('POST', '/v1/experiments', { name: 'tries' })
    const run = await app.request('POST', '/v1/runs', { experimentId: experiment.body.id })
    const input = { datasetVersionId: data.body.id, context: 'training' }
    await app.request('POST', `/v1/runs/${run.body.id}/inputs`, input)
    await app.request('POST', '/v1/models', { name: 'demo' })
    const files = [{ path: 'model.onnx', ...(await blob(logisticModel([4, -4], 0))) }]
    const signature = { inputs: ['a', 'b'].map((name) => ({ name, type: 'float' })) }
    await app.request('POST', '/v1/models/demo/versions', { files, format: 'onnx', runId: run.body.id, signature })
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
    const inputs = [{ name: 'features', datatype: 'FP32', shape: [2, 2], data: [1, 0, 0, 1] }]
    await app.request('POST', '/v2/models/demo/infer', { inputs })
  })
  afterAll(() => app.dispose())

  const trace = async (id: string) => {
    await app.settled()
    const { nodes } = (await app.request('GET', `/v1/lineage/trace?id=${id}`)).body
    return new Set<string>(nodes.map((node: { kind: string; label: string }) => `${node.kind} ${node.label}`))
  }

  it('leads from exported predictions to the deployment, the version, its run and its data, and names the window', async () => {
    const exported = await app.request('POST', '/v1/deployments/demo/exports', { dataset: 'seen' })
    expect(exported.body).toMatchObject({ rowCount: 2 })
    const found = await trace('seen@1')
    for (const node of ['datasetVersion seen@1', 'deployment demo', 'modelVersion demo/1', 'datasetVersion rows@1'])
      expect([...found]).toContain(node)
    const { metadata } = (await app.request('GET', '/v1/datasets/seen/versions/1')).body
    const { items } = (await app.request('GET', '/v1/predictions?deployment=demo')).body
    const times = items.map(({ at }: { at: number }) => at)
    expect(metadata).toMatchObject({ deployment: 'demo', firstAt: Math.min(...times), lastAt: Math.max(...times) })
  })

  it('leads from a batch to the version and to the rows that it read', async () => {
    const { body } = await app.request('POST', '/v1/batches', { model: 'demo/1', input: 'rows@1', output: 'answers' })
    const state = async () => (await app.request('GET', `/v1/batches/${body.id}`)).body.state
    await expect.poll(state).toBe('finished')
    const found = await trace('answers@1')
    for (const node of ['datasetVersion answers@1', 'modelVersion demo/1', 'datasetVersion rows@1'])
      expect([...found]).toContain(node)
  })
})
