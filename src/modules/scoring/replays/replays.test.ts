import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sluggishModel } from '../../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'
import type { ScoringTables } from '../tables.ts'
import { runReplayJob } from './run.ts'
import { worstSlices } from './slices.ts'
import { replays } from './store.ts'

/** The truth is a > b, as version 1 says. Version 2 is wrong where b < a < 2b. */
const rows = Array.from({ length: 400 }, (_, i) => [((i * 37) % 101) / 101, ((i * 61 + 7) % 103) / 103] as const)
const truth = ([a, b]: readonly [number, number]) => (a > b ? 1 : 0)
const candidateSays = ([a, b]: readonly [number, number]) => (a > 2 * b ? 1 : 0)

describe.each(['sqlite', 'postgres'] as const)('a replay on %s', (database) => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp({ database, settings: { 'serving.scorerTimeoutMs': 1500 } })
    await app.register([4, -4])
    await app.register([4, -8])
    await app.registerBytes(sluggishModel(), 'demo')
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
    const data = rows.flat()
    const inputs = [{ name: 'features', datatype: 'FP32', shape: [rows.length, 2], data }]
    const answer = await app.request('POST', '/v2/models/demo/infer', { inputs })
    const id = answer.body.parameters.prediction_id
    const labels = rows.slice(0, 300).map((row, index) => ({ predictionId: `${id}.${index}`, label: truth(row) }))
    await app.request('POST', '/v1/labels', { labels })
  })
  afterAll(() => app.dispose())

  const start = async (ref: string, body: object = {}) =>
    (await app.request('POST', '/v1/deployments/demo/replays', { ref, ...body })).body
  const get = async (id: string) => (await app.request('GET', `/v1/replays/${id}`)).body
  const ended = async (id: string) => {
    await expect.poll(async () => (await get(id)).state).not.toBe('running')
    return get(id)
  }

  it('tells agreement, quality beside what was served, the worst slices and the time', async () => {
    const { id, rowCount } = await start('2')
    expect(rowCount).toBe(400)
    const { state, doneCount, report } = await ended(id)
    expect([state, doneCount]).toEqual(['finished', 400])
    const agreed = rows.filter((row) => truth(row) === candidateSays(row)).length
    expect(report.summary).toMatchObject({ rowCount: 400, agreedCount: agreed, failedCount: 0 })
    const labeled = rows.slice(0, 300)
    const right = labeled.filter((row) => candidateSays(row) === truth(row)).length / 300
    expect(report).toMatchObject({ labelCount: 300, served: { accuracy: 1 } })
    expect(report.candidate.accuracy).toBeCloseTo(right, 10)
    expect(report.champion).toMatchObject({ version: 1, p50Us: expect.any(Number) })
    const [worst] = report.slices
    expect(worst.servedAccuracy - worst.candidateAccuracy).toBeGreaterThan(1 - right)
    const { items } = (await app.request('GET', `/v1/replays/${id}/differences?limit=20`)).body
    expect(items[0]).toMatchObject({ isAgreed: false, outputs: { label: 1 }, candidateOutputs: { label: 0 } })
    expect(items.filter((item: { label?: number }) => item.label === 1).length).toBeGreaterThan(0)
    expect((await app.request('GET', '/v1/predictions?limit=1000')).body.items).toHaveLength(400)
  })

  it('goes on behind the last chunk when its process is killed, and counts no row twice', async () => {
    const { id } = await start('2')
    const found = await promisify(execFile)('pgrep', ['-f', `slipway-${id}`]).catch(() => ({ stdout: '' }))
    for (const pid of found.stdout.split('\n')) if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    expect((await ended(id)).report.summary).toMatchObject({ rowCount: 400 })
  })

  it('fails with the reason when the candidate hangs on real requests', async () => {
    await app.predict('demo', [3000, 3000])
    const failed = await ended((await start('3', { limit: 1 })).id)
    expect(failed).toMatchObject({ state: 'failed', problem: expect.stringContaining('no answer within 1500 ms') })
  })

  it('is refused without rows and with a time span that is none, and is canceled', async () => {
    expect((await start('2', { from: 1, to: 2 })).code).toBe('replay_without_rows')
    expect((await start('2', { since: 'yesterday' })).code).toBe('duration_invalid')
    const { id } = await start('2')
    const canceled = await app.request('POST', `/v1/replays/${id}/cancel`)
    expect(['canceled', 'finished']).toContain(canceled.body.state)
    expect((await app.request('GET', '/v1/replays?deployment=demo')).body.items).toHaveLength(4)
  })

  it('fails in the end when every attempt does, and is never left running', async () => {
    const done = (await app.request('GET', '/v1/replays')).body.items.at(-1)
    const { report: _report, endedAt: _endedAt, problem: _problem, ...facts } = done
    const replay = { ...facts, id: 'rpl_unlucky', state: 'running', digest: 'none', cursorSeq: 0, endSeq: 10 }
    const db = app.platform.db.typed<ScoringTables>()
    await db.transaction((tx) => replays.insert(tx.query, replay))
    const scorers = { open: () => Promise.reject(new Error('no memory left')), close: () => {}, stop: async () => {} }
    const { platform, predictions, serving } = app
    const env = { platform, db, predictions, serving, scorers, replayEndListeners: [] }
    const { signal } = new AbortController()
    await expect(runReplayJob(env, replay.id, { signal, isLastAttempt: false })).rejects.toThrow('no memory left')
    expect(await get(replay.id)).toMatchObject({ state: 'running' })
    await runReplayJob(env, replay.id, { signal, isLastAttempt: true })
    expect(await get(replay.id)).toMatchObject({ state: 'failed', problem: 'no memory left' })
  })
})

it('cuts rows by value and at quartiles, and puts the part with the largest loss first', () => {
  const cut = Array.from({ length: 400 }, (_, i) => ({
    inputs: { city: i % 2 === 0 ? 'Oslo' : 'Rome', age: i },
    isAgreed: i % 2 === 0,
    correct: { served: true, candidate: i % 2 === 0 },
  }))
  const [first, ...others] = worstSlices(cut)
  expect(first).toEqual({
    feature: 'city',
    values: 'Rome',
    count: 200,
    agreement: 0,
    labelCount: 200,
    servedAccuracy: 1,
    candidateAccuracy: 0,
  })
  expect(others.filter(({ feature }) => feature === 'age').map(({ values, count }) => [values, count])).toEqual(
    expect.arrayContaining([
      ['< 100', 100],
      ['≥ 100 and < 200', 100],
      ['≥ 300', 100],
    ]),
  )
})
