import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type MonitoringApp, monitoringApp, type Row } from '../../testing/monitoring-app.ts'
import { seededNormal } from './statistics/seeded.ts'

const draw = seededNormal(42)
const rows = (count: number, shift = 0): Row[] => Array.from({ length: count }, () => [draw() + shift, draw()])

describe.each(dialectNames)('monitors on %s', (database) => {
  let app: MonitoringApp
  let first: string
  beforeAll(async () => {
    app = await monitoringApp({ database })
    first = await app.train({ trainedOn: rows(3000), metrics: { accuracy: 0.95 } })
    await app.serving.applyDeployment({ name: 'demo', model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  const apply = (name: string, definition: object) =>
    app.request('PUT', `/v1/monitors/${name}`, { deployment: 'demo', window: { rows: 200 }, ...definition })
  const windows = async (name: string) => (await app.monitoring.listWindows({ monitor: name, limit: 100 })).items
  const alerts = async (name: string) => (await app.monitoring.listAlerts({ monitor: name, limit: 100 })).items
  const eventCount = async (type: string) => (await app.platform.events.list({ limit: 500, types: [type] })).length

  describe('drift', () => {
    it('finds nothing where nothing changed', async () => {
      expect((await apply('drift', { kind: 'drift' })).body).toMatchObject({ kind: 'drift', health: 'unknown' })
      await app.predict('demo', rows(1300))
      // The events alone bring the windows about: nobody asks.
      await expect.poll(async () => (await windows('drift')).length).toBe(6)
      for (const window of await windows('drift')) {
        expect(window).toMatchObject({ rows: 200, state: 'healthy', modelVersionId: first, revision: 1 })
        expect(window.features.map(({ feature }) => feature).sort()).toEqual(['a', 'b'])
      }
      expect(await alerts('drift')).toEqual([])
      expect((await app.request('GET', '/v1/monitors/drift')).body.health).toBe('healthy')
    })

    it('raises one alert when a shift persists, not before and not again', async () => {
      // 100 rows were left over: this window is half shifted, the next ones wholly.
      await app.predict('demo', rows(100, 2))
      expect(await app.monitoring.evaluateMonitor('drift')).toBeLessThanOrEqual(1)
      await expect.poll(async () => (await windows('drift')).length).toBe(7)
      expect((await windows('drift'))[0]).toMatchObject({ state: 'unhealthy', driftedFeatures: ['a'] })
      expect(await alerts('drift')).toEqual([])
      await app.predict('demo', rows(600, 2))
      await expect.poll(async () => (await windows('drift')).length).toBe(10)
      const [alert, ...others] = await alerts('drift')
      expect(others).toEqual([])
      expect(alert).toMatchObject({ state: 'open', features: ['a'], modelVersionId: first, deployment: 'demo' })
      expect(alert?.summary).toMatch(/^a shifted: PSI [\d.]+ \(limit 0.2\), p = \d+e-\d+; 2 of the last 3 windows$/)
      expect(alert?.windowIds).toHaveLength(2)
      expect(await eventCount('monitoring.alert.raised')).toBe(1)
      expect((await app.request('GET', '/v1/monitors/drift')).body.health).toBe('alerting')
    })

    it('changes nothing when it is asked again, or at the same time', async () => {
      const before = await windows('drift')
      const answers = await Promise.all([1, 2, 3].map(() => app.request('POST', '/v1/monitors/drift/evaluate', {})))
      expect(answers.map(({ body }) => body)).toEqual([{ windows: 0 }, { windows: 0 }, { windows: 0 }])
      expect(await windows('drift')).toEqual(before)
      expect(await eventCount('monitoring.window.evaluated')).toBe(10)
    })

    it('closes the alert when the data is healthy again, and does not raise it on old windows', async () => {
      await app.predict('demo', rows(400))
      await expect.poll(async () => (await alerts('drift'))[0]?.state).toBe('closed')
      expect((await alerts('drift'))[0]).toMatchObject({ closedBecause: 'healthy again: 2 windows in a row' })
      await app.predict('demo', rows(200))
      await expect.poll(async () => (await windows('drift')).length).toBe(13)
      expect(await alerts('drift')).toHaveLength(1)
      expect(await eventCount('monitoring.alert.cleared')).toBe(1)
    })

    it('follows the champion to its own training data and closes what spoke of the old one', async () => {
      await app.predict('demo', rows(400, 2))
      await expect.poll(async () => (await alerts('drift'))[0]?.state).toBe('open')
      const second = await app.train({ trainedOn: rows(3000, 2) })
      await app.serving.applyDeployment({ name: 'demo', model: 'demo/2' })
      await expect.poll(async () => (await alerts('drift'))[0]?.state).toBe('closed')
      expect((await alerts('drift'))[0]?.closedBecause).toBe('deployment demo serves demo/2 now')
      await app.predict('demo', rows(400, 2))
      await expect.poll(async () => (await windows('drift'))[1]?.modelVersionId).toBe(second)
      expect((await windows('drift')).slice(0, 2)).toMatchObject([{ state: 'healthy' }, { state: 'healthy' }])
      expect((await app.request('GET', '/v1/monitors/drift')).body).toMatchObject({
        modelVersionId: second,
        health: 'healthy',
      })
    })
  })

  describe('quality', () => {
    let ids: string[] = []
    const labels = async (from: number, to: number, isRight: (i: number) => boolean) => {
      const known = await Promise.all(
        ids.slice(from, to).map(async (id, i) => {
          const { outputs } = await app.predictions.getPrediction(id)
          const answer = Number(outputs.label)
          return { predictionId: id, label: isRight(i) ? answer : 1 - answer }
        }),
      )
      await app.predictions.recordLabels(known)
    }

    it('says insufficient before the labels, and recomputes the window they touch when they come', async () => {
      const third = await app.train({ model: 'graded', metrics: { accuracy: 0.9 } })
      await app.serving.applyDeployment({ name: 'graded', model: 'graded/1' })
      await apply('quality', { deployment: 'graded', kind: 'quality', window: { rows: 100 }, minLabels: 20 })
      ids = await app.predict('graded', rows(350))
      await expect.poll(async () => (await windows('quality')).length).toBe(3)
      for (const window of await windows('quality')) {
        expect(window).toMatchObject({
          state: 'insufficient',
          quality: { coverage: 0, labeledRows: 0 },
          modelVersionId: third,
        })
      }
      expect((await app.request('GET', '/v1/monitors/quality')).body.health).toBe('unknown')
      await labels(0, 50, (i) => i % 20 !== 0)
      await expect.poll(async () => (await windows('quality'))[2]?.revision).toBe(2)
      const [newest, middle, oldest] = await windows('quality')
      expect(oldest).toMatchObject({
        state: 'healthy',
        quality: { coverage: 0.5, labeledRows: 50, value: 0.94, baseline: 0.9 },
      })
      expect([newest?.revision, middle?.revision]).toEqual([1, 1])
      expect((await app.request('GET', '/v1/monitors/quality')).body.health).toBe('healthy')
    })

    it('raises an alert when late labels show that quality dropped, in the windows where it did', async () => {
      await labels(100, 200, (i) => i % 2 === 0)
      await expect.poll(async () => (await windows('quality'))[1]?.state).toBe('unhealthy')
      expect(await alerts('quality')).toEqual([])
      await labels(200, 300, (i) => i % 2 === 0)
      await expect.poll(async () => (await alerts('quality')).length).toBe(1)
      expect((await alerts('quality'))[0]?.summary).toBe(
        'accuracy 0.5, beyond the bound 0.85; it was 0.9 when the model was made (100 labels, 100 % of the window); 2 of the last 3 windows',
      )
      const revisions = (await windows('quality')).map(({ revision }) => revision)
      await app.monitoring.evaluateMonitor('quality')
      expect((await windows('quality')).map(({ revision }) => revision)).toEqual(revisions)
    })
  })

  it('recomputes a window whose labels were all known when one is corrected, also of a version before', async () => {
    await app.train({ model: 'fixed', metrics: { accuracy: 0.9 } })
    await app.train({ model: 'fixed' })
    await app.serving.applyDeployment({ name: 'fixed', model: 'fixed/1' })
    await apply('fixed', { deployment: 'fixed', kind: 'quality', window: { rows: 50 }, minLabels: 20 })
    const ids = await app.predict('fixed', rows(50))
    const label = (predictionId: string, value: number) =>
      app.predictions.recordLabels([{ predictionId, label: value }])
    const answers = await Promise.all(
      ids.map(async (id) => Number((await app.predictions.getPrediction(id)).outputs.label)),
    )
    await app.predictions.recordLabels(ids.map((predictionId, i) => ({ predictionId, label: answers[i] ?? 0 })))
    await expect.poll(async () => (await windows('fixed'))[0]?.quality).toMatchObject({ coverage: 1, value: 1 })
    await app.serving.applyDeployment({ name: 'fixed', model: 'fixed/2' })
    await expect.poll(async () => (await app.monitoring.getMonitor('fixed')).modelVersionId).toMatch(/^mdv_/)
    const before = (await windows('fixed'))[0]
    await label(ids[7] ?? '', 1 - (answers[7] ?? 0))
    await expect.poll(async () => (await windows('fixed'))[0]?.quality?.value).toBe(0.98)
    expect((await windows('fixed'))[0]).toMatchObject({
      id: before?.id,
      revision: (before?.revision ?? 0) + 1,
      quality: { coverage: 1, baseline: 0.9 },
    })
  })

  it('cuts windows by event time, and only when a later prediction shows that one is over', async () => {
    await app.train({ model: 'timed', trainedOn: rows(500) })
    await app.serving.applyDeployment({ name: 'timed', model: 'timed/1' })
    const hour = 3_600_000
    await apply('hourly', { deployment: 'timed', kind: 'drift', window: { ms: hour } })
    const start = Date.UTC(2001, 0, 1)
    await app.predict('timed', rows(50), start + 10)
    await app.predict('timed', rows(20), start + hour - 1)
    await app.predict('timed', rows(40), start + 3 * hour)
    await expect.poll(async () => (await windows('hourly')).length).toBe(1)
    expect(await windows('hourly')).toMatchObject([{ from: start, to: start + hour, rows: 70, state: 'healthy' }])
    await app.predict('timed', rows(1), start + 5 * hour)
    await expect.poll(async () => (await windows('hourly')).length).toBe(2)
    expect((await windows('hourly'))[0]).toMatchObject({ from: start + 3 * hour, rows: 40 })
    // Replayed traffic and then live: a quarter of a million empty hours between them.
    const now = Date.UTC(2026, 0, 1)
    await app.predict('timed', rows(45), now)
    await app.predict('timed', rows(1), now + hour)
    await expect.poll(async () => (await windows('hourly')).length).toBe(4)
    expect((await windows('hourly')).slice(0, 2)).toMatchObject([
      { from: now, rows: 45 },
      { from: start + 5 * hour, rows: 1 },
    ])
  })

  it('takes the first predictions after the promotion as the reference when asked to', async () => {
    await app.train({ model: 'first' })
    await app.serving.applyDeployment({ name: 'first', model: 'first/1' })
    await apply('own', { deployment: 'first', kind: 'drift', reference: 'predictions', referenceRows: 300 })
    await app.predict('first', rows(200))
    await app.monitoring.evaluateMonitor('own')
    expect((await app.monitoring.getMonitor('own')).problem).toBe(
      'the reference is the first 300 predictions of first/1; there are 200 so far',
    )
    await app.predict('first', rows(300, 0))
    await app.predict('first', rows(200, 3))
    await expect.poll(async () => (await windows('own')).map(({ state }) => state)).toEqual(['unhealthy', 'healthy'])
    expect((await app.monitoring.getMonitor('own')).problem).toBeUndefined()
  })

  it('says what keeps a monitor from working', async () => {
    await app.train({ model: 'lonely' })
    await app.serving.applyDeployment({ name: 'lonely', model: 'lonely/1' })
    const problem = async (name: string, definition: object) => {
      await apply(name, { kind: 'drift', deployment: 'lonely', ...definition })
      await app.monitoring.evaluateMonitor(name)
      return (await app.monitoring.getMonitor(name)).problem
    }
    expect(await problem('p1', { deployment: 'nowhere' })).toBe('deployment nowhere serves no model yet')
    expect(await problem('p2', {})).toContain('the run of lonely/1 recorded no dataset version as training input')
    expect(await problem('p3', { reference: 'rows@99' })).toBe('the reference rows@99 is not a dataset version')
    const unknown = await app.request('GET', '/v1/monitors/none')
    expect([unknown.status, unknown.body.code]).toEqual([404, 'monitor_not_found'])
    const wrong = await apply('p4', { kind: 'drift', persistence: { of: 3, last: 2 } })
    expect(wrong.status).toBe(400)
  })

  it('says so when a window shares no column with the reference', async () => {
    const blob = await app.platform.blobs.write('x,y\n1,2\n3,4\n')
    await app.datasets.ensureDataset({ name: 'foreign' })
    await app.datasets.createVersion({ dataset: 'foreign', files: [{ path: 'f.csv', ...blob }] })
    await apply('blind', { kind: 'drift', deployment: 'lonely', reference: 'foreign@1' })
    await app.predict('lonely', rows(200))
    await app.monitoring.evaluateMonitor('blind')
    await expect.poll(async () => (await windows('blind')).length).toBe(1)
    expect((await windows('blind'))[0]).toMatchObject({
      state: 'insufficient',
      summary: 'none of the inputs (a, b) is a watched column of the reference foreign@1 (x, y)',
    })
  })

  it('pages through monitors, windows and alerts, and forgets a deleted monitor', async () => {
    const names = []
    for (let cursor = ''; ; ) {
      const { body } = await app.request('GET', `/v1/monitors?limit=3${cursor}`)
      names.push(...body.items.map(({ name }: { name: string }) => name))
      if (body.nextCursor === undefined) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(names).toEqual([...names].sort())
    expect(names).toContain('quality')
    const page = (await app.request('GET', '/v1/monitors/drift/windows?limit=4')).body
    const next = (await app.request('GET', `/v1/monitors/drift/windows?limit=4&cursor=${page.nextCursor}`)).body
    expect([...page.items, ...next.items]).toEqual((await windows('drift')).slice(0, 8))
    expect((await app.request('GET', `/v1/windows/${page.items[0].id}`)).body).toEqual(page.items[0])
    const open = (await app.request('GET', '/v1/alerts?state=open&monitor=quality')).body.items
    expect((await app.request('GET', `/v1/alerts/${open[0].id}`)).body).toEqual(open[0])
    expect((await app.request('DELETE', '/v1/monitors/quality')).status).toBe(200)
    expect((await app.request('GET', '/v1/monitors/quality')).status).toBe(404)
    expect((await app.request('GET', `/v1/alerts/${open[0].id}`)).body).toMatchObject({
      closedBecause: 'the monitor was deleted',
    })
  })
})
