/** The generated client against a running server, on the module with the richest operations. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../src/modules/datasets/index.ts'
import { tracking } from '../src/modules/tracking/index.ts'
import { createSlipway, isSlipwayError, type Run, type Slipway } from '../src/sdk/index.ts'
import { type TestApp, testApp } from '../src/testing/test-app.ts'

let app: TestApp
let slipway: Slipway

beforeAll(async () => {
  app = await testApp({ modules: [datasets, tracking] })
  slipway = createSlipway({ url: app.url })
})
afterAll(() => app.dispose())

describe('the SDK on tracking', () => {
  it('logs a run and reads it back, typed all the way', async () => {
    const experiment = await slipway.experiments.create({ name: 'churn', tags: { team: 'blue' } })
    const run = await slipway.runs.create({ experimentId: experiment.id, name: 'baseline', source: { commit: 'abc' } })
    await slipway.runs.log({
      runId: run.id,
      metrics: [
        { key: 'auc', value: 0.7, step: 1, timestamp: 1_700_000_000_000 },
        { key: 'auc', value: 0.9, step: 2, timestamp: 1_700_000_001_000 },
        { key: 'loss', value: 'NaN', step: 1, timestamp: 1_700_000_000_000 },
      ],
      params: { depth: '3' },
    })
    await slipway.runs.update({ runId: run.id, status: 'FINISHED' })
    const read: Run = await slipway.runs.get({ runId: run.id })
    expect(read).toMatchObject({
      name: 'baseline',
      status: 'FINISHED',
      params: { depth: '3' },
      source: { commit: 'abc' },
    })
    expect(read.metrics.find((metric) => metric.key === 'auc')).toMatchObject({
      value: 0.9,
      step: 2,
      min: 0.7,
      max: 0.9,
    })
    expect(read.metrics.find((metric) => metric.key === 'loss')?.value).toBe('NaN')
    const history = await slipway.runs.metrics.history({ runId: run.id, key: 'auc' })
    expect(history.items.map((point) => point.value)).toEqual([0.7, 0.9])
  })

  it('walks all pages of a search', async () => {
    const { id: experimentId } = await slipway.experiments.create({ name: 'many' })
    for (let i = 0; i < 7; i++) await slipway.runs.create({ experimentId, name: `run ${i}` })
    const first = await slipway.runs.search({ experiments: [experimentId], limit: 3 })
    expect(first.items).toHaveLength(3)
    const names: string[] = []
    for await (const run of slipway.runs.search({ experiments: [experimentId], limit: 3 })) names.push(run.name)
    expect(names.sort()).toEqual(['run 0', 'run 1', 'run 2', 'run 3', 'run 4', 'run 5', 'run 6'])
  })

  it('throws errors that are told apart by code', async () => {
    const missing = await slipway.runs.get({ runId: 'run_nope' }).catch((error: unknown) => error)
    expect(isSlipwayError(missing, 'run_not_found')).toBe(true)
    const filter = 'metrics.auc >> 1'
    await expect(slipway.runs.search({ filter })).rejects.toMatchObject({ code: 'filter_invalid', status: 400 })
    await expect(slipway.runs.create({ experimentId: 'x', nam: 'y' } as never)).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'nam', message: expect.stringContaining('did you mean name') }],
    })
  })

  it('follows what happens', async () => {
    const stop = new AbortController()
    const events = slipway.follow({ types: ['tracking.run.created'], after: 0, signal: stop.signal })
    const first = (await events.next()).value
    expect(first?.payload).toMatchObject({ runId: expect.stringMatching(/^run_/) })
    stop.abort()
    expect((await events.next()).done).toBe(true)
  })
})
