import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from '../datasets/index.ts'
import { type Registry, registry } from '../registry/index.ts'
import { type Tracking, tracking } from '../tracking/index.ts'
import { validation } from './index.ts'

describe.each(dialectNames)('gates on %s', (database) => {
  let app: TestApp
  let models: Registry
  let runs: Tracking
  beforeAll(async () => {
    app = await testApp({ modules: [datasets, tracking, registry, validation], database })
    models = app.doors.registry as Registry
    runs = app.doors.tracking as Tracking
    await apply([
      { metric: 'auc', atLeast: 0.7 },
      { metric: 'auc', notWorseThan: 'championAuc', by: 0.01 },
    ])
  })
  afterAll(() => app.dispose())

  const apply = (rules: unknown) => app.request('PUT', '/v1/gates/quality', { model: 'delay', rules })
  const decide = (body: object) => app.request('POST', '/v1/gates/quality/decide', body)

  async function version(metrics: Record<string, number> = {}, model = 'delay') {
    const { id: experimentId } = await runs.ensureExperiment('training')
    const run = await runs.createRun({ experimentId })
    const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0, timestamp: 1 }))
    await runs.logBatch(run.id, { metrics: points, params: {}, tags: {} })
    const { digest, sizeBytes } = await app.platform.blobs.write(`${model} ${run.id}`)
    const files = [{ path: 'model.onnx', digest, sizeBytes }]
    return models.createVersion({ model, files, format: 'onnx', runId: run.id })
  }

  it('lets the first version pass without a champion to compare with', async () => {
    const { id } = await version({ auc: 0.71 })
    const { body, status } = await decide({ gate: 'quality', modelVersion: 'delay/1' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      modelVersionId: id,
      passed: true,
      checks: [
        { value: 0.71, bound: 0.7, passed: true },
        { passed: true, skipped: true },
      ],
      summary:
        'delay/1 passed gate quality: auc is 0.71, at least 0.7 is required; auc is 0.71; there is no champion yet to compare it with.',
    })
    await models.setAlias({ model: 'delay', alias: 'champion', version: 1 })
  })

  it('answers the first verdict again, whatever the metrics and rules are then, and says so once', async () => {
    await apply([{ metric: 'auc', atLeast: 0.99 }])
    const again = await decide({ modelVersion: 'delay/1', metrics: { auc: 0 } })
    expect(again.body).toMatchObject({ passed: true, metrics: { auc: 0.71 } })
    const events = await app.platform.events.list({ limit: 50, types: ['validation.gate.decided'] })
    expect(events).toHaveLength(1)
    expect(events[0]?.payload).toMatchObject({ verdictId: again.body.id, gate: 'quality', passed: true })
    await apply([
      { metric: 'auc', atLeast: 0.7 },
      { metric: 'auc', notWorseThan: 'championAuc', by: 0.01 },
    ])
  })

  it('refuses a version that is worse than the champion, or whose comparison is missing', async () => {
    await version({ auc: 0.72, championAuc: 0.75 })
    const worse = await decide({ modelVersion: 'delay/2' })
    expect(worse.body).toMatchObject({
      passed: false,
      checks: [{ passed: true }, { passed: false, value: 0.72, bound: 0.74 }],
    })
    expect(worse.body.summary).toBe(
      'delay/2 was refused by gate quality: auc 0.72 is worse than championAuc 0.75, by more than 0.01.',
    )
    await version({ auc: 0.9 })
    const blind = await decide({ modelVersion: 'delay/3' })
    expect(blind.body).toMatchObject({ passed: false, championId: expect.stringMatching(/^mdv_/) })
    expect(blind.body.summary).toContain('metric championAuc is missing')
  })

  it('refuses a version without metrics, and one whose metric is not a number', async () => {
    await version()
    expect((await decide({ modelVersion: 'delay/4' })).body).toMatchObject({ passed: false, metrics: {} })
    await version({ auc: Number.NaN })
    expect((await decide({ modelVersion: 'delay/5' })).body).toMatchObject({ passed: false, metrics: {} })
  })

  it('decides once when asked twice at the same time', async () => {
    await version({ auc: 0.9, championAuc: 0.5 })
    const answers = await Promise.all([1, 2, 3].map(() => decide({ modelVersion: 'delay/6' })))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const list = await app.request('GET', '/v1/verdicts?gate=quality&limit=2')
    expect(list.body.items[0]).toEqual((await app.request('GET', `/v1/verdicts/${answers[0]?.body.id}`)).body)
    const rest = await app.request('GET', `/v1/verdicts?limit=100&cursor=${list.body.nextCursor}`)
    expect(rest.body.items).toHaveLength(4)
  })

  it('says what is wrong with a question', async () => {
    expect((await app.request('POST', '/v1/gates/nothing/decide', { modelVersion: 'delay/1' })).body.code).toBe(
      'gate_not_found',
    )
    await version({}, 'other')
    expect((await decide({ modelVersion: 'other/1' })).body).toMatchObject({
      code: 'gate_model_mismatch',
      detail: 'Gate quality is for versions of delay, but other/1 is a version of other.',
    })
    expect((await decide({ modelVersion: 'delay/99' })).status).toBe(404)
    expect((await apply([])).status).toBe(400)
    expect((await app.request('GET', '/v1/gates?limit=10')).body.items).toMatchObject([
      { name: 'quality', model: 'delay' },
    ])
  })
})
