import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../app.ts'
import type { DialectName } from '../../platform/db/index.ts'
import { dialectNames } from '../../testing/databases.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

describe.each(dialectNames)('lineage on %s', (database: DialectName) => {
  let app: TestApp
  let digest: string
  let modelVersionId: string

  beforeAll(async () => {
    app = await testApp({ modules, database })
    const post = async (path: string, body: unknown) => (await app.request('POST', path, body)).body
    const blob = (await app.request('PUT', '/v1/blobs', 'origin,late\nSFO,1\n')).body
    digest = blob.digest
    await post('/v1/datasets', { name: 'flights' })
    const files = [{ path: 'jan.csv', ...blob }]
    const version = await post('/v1/datasets/flights/versions', { files })
    const experiment = await post('/v1/experiments', { name: 'delays' })
    const run = await post('/v1/runs', { experimentId: experiment.id })
    await post(`/v1/runs/${run.id}/inputs`, { datasetVersionId: version.id, context: 'training' })
    await post('/v1/models', { name: 'delay' })
    const made = await post('/v1/models/delay/versions', { files, format: 'onnx', runId: run.id })
    modelVersionId = made.id
    await app.settled()
  })
  afterAll(() => app.dispose())

  it('traces a model version to the raw file', async () => {
    const { status, body } = await app.request('GET', '/v1/lineage/trace?id=delay/1')
    expect(status).toBe(200)
    expect(body.root).toBe(modelVersionId)
    const kinds = new Map(body.nodes.map((node: { kind: string; label: string }) => [node.kind, node.label]))
    expect(kinds.get('datasetVersion')).toBe('flights@1')
    expect(kinds.get('file')).toBe('jan.csv')
    expect([...kinds.keys()].sort()).toEqual(['datasetVersion', 'file', 'modelVersion', 'run'])
  })

  it('finds the model from the raw file', async () => {
    const { body } = await app.request('GET', `/v1/lineage/impact?id=sha256:${digest}`)
    expect(body.nodes.map((node: { label: string }) => node.label)).toContain('delay/1')
    expect(body.predictions).toEqual([])
  })

  it('shows the neighborhood of a dataset version', async () => {
    const { body } = await app.request('GET', '/v1/lineage/graph?id=flights@1&depth=1')
    expect(body.nodes.map((node: { kind: string }) => node.kind).sort()).toEqual(['datasetVersion', 'file', 'run'])
    expect(body.isCut).toBe(true)
  })

  it('says what it takes when a name is in no graph', async () => {
    for (const id of ['nothing', 'prd_unknown', 'nobody@champion', 'flights@99']) {
      const { status, body } = await app.request('GET', `/v1/lineage/trace?id=${id}`)
      expect([status, body.code]).toEqual([404, 'lineage_unknown'])
      expect(body.hint).toContain('flights@3')
    }
  })
})
