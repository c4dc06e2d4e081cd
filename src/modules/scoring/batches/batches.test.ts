import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'
import type { Datasets } from '../../datasets/index.ts'
import type { ScoringTables } from '../tables.ts'
import { runBatchJob } from './run.ts'
import { batches } from './store.ts'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const rows = Array.from({ length: 4500 }, (_, i) => ({ row: i, a: (i % 100) / 100, b: ((i * 7) % 90) / 90 }))

describe.each(['sqlite', 'postgres'] as const)('rows in bulk on %s', (database) => {
  let app: ServingApp
  let datasets: Datasets
  let inputId: string
  beforeAll(async () => {
    app = await servingApp({ database })
    datasets = (app.doors as { datasets: Datasets }).datasets
    await app.register([2, -2])
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
    await datasets.ensureDataset({ name: 'points' })
    const csv = ['row,a,b', ...rows.map(({ row, a, b }) => `${row},${a},${b}`)].join('\n')
    inputId = (await version('points', 'points.csv', csv)).id
  })
  afterAll(() => app.dispose())

  async function version(dataset: string, path: string, text: string) {
    const blob = await app.platform.blobs.write(text)
    return datasets.createVersion({ dataset, files: [{ path, ...blob }] })
  }
  const get = async (id: string) => (await app.request('GET', `/v1/batches/${id}`)).body
  const ended = async (id: string) => {
    await expect.poll(async () => (await get(id)).state).not.toBe('running')
    return get(id)
  }

  it('become predictions in the order of the input, although the process is killed on the way', async () => {
    const started = await app.request('POST', '/v1/batches', { model: 'demo/1', input: 'points@1', output: 'scored' })
    expect(started.body).toMatchObject({ state: 'running', rowCount: 4500, inputVersionId: inputId })
    const { id } = started.body
    await expect.poll(async () => (await get(id)).doneCount, { interval: 5 }).toBeGreaterThan(0)
    const found = await promisify(execFile)('pgrep', ['-f', `slipway-${id}`]).catch(() => ({ stdout: '' }))
    for (const pid of found.stdout.split('\n')) if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    const done = await ended(id)
    expect(done).toMatchObject({ state: 'finished', doneCount: 4500, failedCount: 0 })
    const made = await datasets.getVersion(done.outputVersionId)
    expect(made.parents).toEqual([inputId])
    const { rows: answers, rowCount } = await datasets.preview({ ref: made.id, limit: 10_000, offset: 0 })
    expect(rowCount).toBe(4500)
    for (const index of [0, 1, 1999, 2000, 4499]) {
      const { a, b } = rows[index] as (typeof rows)[number]
      const answer = answers[index] as { row: number; predicted_probabilities: number[] }
      expect(answer.row).toBe(index)
      expect(answer.predicted_probabilities[1]).toBeCloseTo(sigmoid(2 * a - 2 * b), 5)
    }
    const again = (await app.request('POST', '/v1/batches', { model: 'demo/1', input: 'points@1', output: 'scored' }))
      .body
    expect((await ended(again.id)).outputVersionId).toBe(done.outputVersionId)
  })

  it('say for each row why the model could not take it', async () => {
    await datasets.ensureDataset({ name: 'odd' })
    await version('odd', 'odd.csv', 'a,b\n0.5,0.1\nmany,0.2\n')
    const { id } = (await app.request('POST', '/v1/batches', { model: 'demo/1', input: 'odd', output: 'odd-scored' }))
      .body
    const done = await ended(id)
    expect(done).toMatchObject({ state: 'finished', failedCount: 2 })
    const { rows: answers } = await datasets.preview({ ref: done.outputVersionId, limit: 10, offset: 0 })
    expect(answers[1]).toMatchObject({ problem: expect.stringContaining('"many"') })
    expect((await app.request('POST', '/v1/batches', { model: 'demo/1', input: 'none', output: 'x' })).status).toBe(404)
  })

  it('fail in the end when every attempt does, and are never left running', async () => {
    const done = (await app.request('GET', '/v1/batches')).body.items.at(-1)
    const { doneCount: _done, failedCount: _failed, endedAt: _endedAt, outputVersionId: _made, ...facts } = done
    const batch = { ...facts, id: 'bat_unlucky', state: 'running', digest: 'none' }
    const db = app.platform.db.typed<ScoringTables>()
    await db.transaction((tx) => batches.insert(tx.query, batch))
    const scorers = { open: () => Promise.reject(new Error('no memory left')), close: () => {}, stop: async () => {} }
    const env = { platform: app.platform, db, datasets, scorers }
    const { signal } = new AbortController()
    await expect(runBatchJob(env, batch.id, { signal, isLastAttempt: false })).rejects.toThrow('no memory left')
    expect(await get(batch.id)).toMatchObject({ state: 'running' })
    await runBatchJob(env, batch.id, { signal, isLastAttempt: true })
    expect(await get(batch.id)).toMatchObject({ state: 'failed', problem: 'no memory left' })
  })

  it('come out of the prediction log with their labels, the same rows as the same version', async () => {
    const first = await app.predict('demo', [0.75, 0.25])
    await app.predict('demo', [0.25, 0.75])
    await app.request('POST', '/v1/labels', { labels: [{ predictionId: first.id, label: 1 }] })
    const to = Date.now() + 1000
    const take = async (body: object) =>
      (await app.request('POST', '/v1/deployments/demo/exports', { dataset: 'log', to, ...body })).body
    const exported = await take({})
    expect(exported).toMatchObject({ rowCount: 2, labelCount: 1, version: 1 })
    expect((await take({})).datasetVersionId).toBe(exported.datasetVersionId)
    const { rows: lines } = await datasets.preview({ ref: 'log@1', limit: 10, offset: 0 })
    expect(lines[0]).toMatchObject({ prediction_id: first.id, a: 0.75, b: 0.25, predicted_label: 1, label: 1 })
    expect(lines[1]).toMatchObject({ a: 0.25, label: null })
    expect(await take({ dataset: 'labeled', labeledOnly: true })).toMatchObject({ rowCount: 1, labelCount: 1 })
    expect((await take({ from: 1, to: 2 })).code).toBe('export_without_rows')
    const made = (await app.platform.events.list({ limit: 500 })).filter(({ type }) => type === 'serving.dataset.made')
    expect(made[0]?.payload).toMatchObject({
      dataset: 'labeled',
      rowCount: 1,
      modelVersionIds: [expect.any(String)],
    })
  })
})
