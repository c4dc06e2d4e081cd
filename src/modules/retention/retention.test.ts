import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../app.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import type { Lineage } from '../lineage/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'
import { dailyJob, nextDaily, retentionJobs } from './jobs.ts'
import type { Retention } from './service.ts'
import type { RetentionTables } from './tables.ts'

const day = 86_400_000

describe.each(['sqlite', 'postgres'] as const)('retention on %s', (database) => {
  let app: TestApp
  let [tracking, registry] = [{} as Tracking, {} as Registry]
  beforeAll(async () => {
    app = await testApp({ modules, database })
    ;[tracking, registry] = [app.doors.tracking as Tracking, app.doors.registry as Registry]
    await tracking.ensureExperiment('team/churn')
    await tracking.ensureExperiment('other')
  })
  afterAll(() => app.dispose())

  async function run(name: string, daysAgo: number, more: object = {}): Promise<string> {
    const startedAt = Date.now() - daysAgo * day
    const { id } = await tracking.createRun({ experimentId: 'team/churn', name, startedAt, ...more })
    await tracking.finishRun(id, 'FINISHED')
    return id
  }
  async function store(ownerId: string, path: string, content: string): Promise<void> {
    const { digest, sizeBytes } = (await app.request('PUT', '/v1/blobs', content)).body
    await tracking.storeArtifact(ownerId, path, digest, sizeBytes)
  }
  const namesLeft = async () =>
    (await tracking.searchRuns({ limit: 100, lifecycle: 'all' })).items.map(({ name }) => name).sort()

  it('looks first, then erases what nothing keeps, on record, and never what lineage needs', async () => {
    const old = await run('old', 40, { tags: { note: 'x' } })
    await tracking.logBatch(old, { metrics: [{ key: 'loss', value: 1 }], params: { depth: '3' } })
    await store(old, 'weights.bin', 'the same bytes')
    const logged = await tracking.createLoggedModel({ experimentId: 'team/churn', sourceRunId: old })
    await store(logged.id, 'model.bin', 'only in the logged model')
    const deleted = await run('deleted', 50)
    await tracking.deleteRun(deleted)
    const parent = await run('parent', 45)
    await run('child of parent', 45, { parentRunId: parent, tags: { golden: '1' } })
    await run('pinned', 60, { tags: { pinned: 'yes' } })
    const { id: registered } = await tracking.createRun({
      experimentId: 'team/churn',
      name: 'registered',
      startedAt: 5,
    })
    await tracking.finishRun(registered, 'FINISHED')
    await store(registered, 'weights.bin', 'the same bytes')
    const files = [{ path: 'weights.bin', ...(await app.request('PUT', '/v1/blobs', 'the same bytes')).body }]
    const version = await registry.createVersion({ model: 'churn', files, format: 'onnx', runId: registered })
    const lineage = app.doors.lineage as Lineage
    // As the end of a step does.
    const step = { id: 'stp_prepare', kind: 'stepRun', label: 'prepare', at: 1, facts: {} } as const
    await lineage.record({ nodes: [step], edges: [] })
    await run('step of a pipeline', 70, { stepRunId: 'stp_prepare' })
    await registry.createVersion({ model: 'other', files, format: 'onnx', stepRunId: 'stp_prepare' })
    await run('young', 2)
    await tracking.createRun({ experimentId: 'other', name: 'elsewhere', startedAt: 5 })
    await app.settled()

    const rule = { scope: 'team/*', keepDays: 30, keepTags: ['golden'] }
    expect((await app.request('PUT', '/v1/retention/rules', rule)).body).toMatchObject({ ...rule, updatedBy: 'local' })
    const dry = (await app.request('POST', '/v1/retention/apply', {})).body
    expect(dry).toMatchObject({ isDryRun: true })
    const [found] = dry.experiments
    expect(dry).toMatchObject({ isDryRun: true, runCount: 2, fileCount: 1, bytes: 14 })
    expect(found.runs.map(({ name }: { name: string }) => name)).toEqual(['deleted', 'old'])
    expect(
      Object.fromEntries(found.kept.map((kept: { reason: string; count: number }) => [kept.reason, kept.count])),
    ).toEqual({
      'a model version came from it': 2,
      pinned: 1,
      'tag golden': 2,
      'not older than 30 days': 1,
    })
    const before = await namesLeft()
    expect(before).toHaveLength(9)

    const done = (await app.request('POST', '/v1/retention/apply', { dryRun: false })).body
    expect(done).toEqual({ ...dry, isDryRun: false })
    expect(await namesLeft()).toEqual(before.filter((name) => name !== 'old' && name !== 'deleted'))
    await expect(tracking.getLoggedModel(logged.id)).rejects.toMatchObject({ code: 'logged_model_not_found' })
    expect((await app.request('POST', '/v1/retention/apply', { dryRun: false })).body).toMatchObject({ runCount: 0 })
    const { items } = (await app.request('GET', '/v1/retention/erasures')).body
    expect(items.map(({ name }: { name: string }) => name).sort()).toEqual(['deleted', 'old'])
    expect(items.find(({ name }: { name: string }) => name === 'old')).toMatchObject({
      runId: old,
      experiment: 'team/churn',
      fileCount: 1,
      bytes: 14,
      erasedBy: 'local',
      rule: { scope: 'team/*', keepDays: 30, keepTags: ['golden'] },
    })
    // Equal bytes are stored once, and stay while somebody names them.
    const collected = await app.request('POST', '/v1/blobs/collect', { dryRun: false, olderThanMs: 0 })
    expect(collected.body).toMatchObject({ deletedCount: 1, deletedBytes: 'only in the logged model'.length })

    await registry.deleteVersion(version.id)
    expect((await app.request('POST', '/v1/retention/apply', {})).body).toMatchObject({ runCount: 1 })
  })

  it('refuses a rule that keeps nothing, and forgets rules', async () => {
    const empty = await app.request('PUT', '/v1/retention/rules', { scope: 'other', keepTags: ['a'] })
    expect([empty.status, empty.body.code]).toEqual([400, 'retention_rule_empty'])
    expect((await app.request('PUT', '/v1/retention/rules', { scope: 'nobody', keepDays: 1 })).status).toBe(404)
    await app.request('PUT', '/v1/retention/rules', { scope: 'other', keepNewest: 1 })
    const { items } = (await app.request('GET', '/v1/retention/rules')).body
    expect(items.find((rule: { experiment?: string }) => rule.experiment === 'other')).toMatchObject({ keepNewest: 1 })
    expect((await app.request('DELETE', '/v1/retention/rules?scope=other')).status).toBe(200)
    expect((await app.request('DELETE', '/v1/retention/rules?scope=other')).body.code).toBe('retention_rule_not_found')
  })

  it('keeps a run of which more came than lineage can tell', async () => {
    await tracking.ensureExperiment('wide')
    const { id } = await tracking.createRun({ experimentId: 'wide', name: 'root', startedAt: 5 })
    await tracking.finishRun(id, 'FINISHED')
    await app.settled()
    const made = Array.from({ length: 2100 }, (_, at) => `dsv_wide_${at}`)
    await (app.doors.lineage as Lineage).record({
      nodes: made.map((each) => ({ id: each, kind: 'datasetVersion', label: each, at: 1, facts: {} })),
      edges: made.map((to) => ({ from: id, relation: 'made', to })),
    })
    await app.request('PUT', '/v1/retention/rules', { scope: 'wide', keepDays: 30 })
    const { body } = await app.request('POST', '/v1/retention/apply', { experiment: 'wide' })
    expect(body.experiments[0].kept).toEqual([{ reason: 'more came from it than lineage can tell', count: 1 }])
    await app.request('DELETE', '/v1/retention/rules?scope=wide')
  })

  describe('every night', () => {
    const standing = async () => {
      const db = app.platform.db.typed<{ jobs_jobs: { type: string; state: string; dueAt: number } }>()
      const jobs = db.read.selectFrom('jobs_jobs').select('dueAt').where('type', '=', dailyJob.type)
      return (await jobs.where('state', 'in', ['queued', 'delayed']).execute()).map(({ dueAt }) => dueAt)
    }
    it('does it, and stands for the next one once', async () => {
      const expected = [nextDaily(Date.now())]
      expect(await standing()).toEqual(expected)
      const due = await run('due', 40)
      // An earlier time wins: this is tonight.
      await app.platform.db.transaction(async (tx) => {
        await app.platform.jobs.enqueue(tx, dailyJob, {}, { dedupe: 'daily', at: 0 })
      })
      await app.settled()
      expect(await tracking.findRun(due)).toBeUndefined()
      const { items } = (await app.request('GET', '/v1/retention/erasures?limit=100')).body
      expect(items.find(({ runId }: { runId: string }) => runId === due)).toMatchObject({ erasedBy: 'retention' })
      expect(await standing()).toEqual(expected)
    })

    it('stands for the next one before it begins, so that a night that fails is not the last', async () => {
      const db = app.platform.db.typed<RetentionTables & { jobs_jobs: { type: string } }>()
      const broken = { keepNewest: 1, keepDays: null, keepTags: 'no JSON', updatedBy: 'test', updatedAt: 1 }
      await db.transaction(async ({ query }) => {
        await query.deleteFrom('jobs_jobs').where('type', '=', dailyJob.type).execute()
        await query
          .insertInto('retention_rules')
          .values({ scope: '*', ...broken })
          .execute()
      })
      const [daily] = retentionJobs(app.doors.retention as Retention, {
        platform: app.platform,
        db,
        tracking,
        registry,
        lineage: app.doors.lineage as Lineage,
      })
      const job = {
        id: 'job_1',
        payload: {},
        attempt: 5,
        isLastAttempt: true,
        token: 1,
        signal: new AbortController().signal,
      }
      await expect(daily?.run(job)).rejects.toThrow('JSON')
      expect(await standing()).toEqual([nextDaily(Date.now())])
      await db.transaction(({ query }) => query.deleteFrom('retention_rules').where('scope', '=', '*').execute())
    })
  })
})
