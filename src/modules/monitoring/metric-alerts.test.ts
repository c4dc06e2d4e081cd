import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../testing/command-line.ts'
import { dialectNames } from '../../testing/databases.ts'
import { servingModules } from '../../testing/serving-app.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from '../datasets/index.ts'
import { registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import { validation } from '../validation/index.ts'
import { type Alert, monitoring } from './index.ts'

describe.each(dialectNames)('watches on the metrics of runs on %s', (database) => {
  let app: TestApp
  let experiment: string
  beforeAll(async () => {
    app = await testApp({
      modules: [datasets, tracking, registry, ...servingModules, validation, monitoring],
      database,
    })
    experiment = (await app.request('POST', '/v1/experiments', { name: 'churn' })).body.id
    await set('stuck', { metric: 'loss', plateau: 2 })
    await set('broken', { metric: '*', notFinite: true })
    await set('hot', { metric: 'temperature', above: 90 })
  })
  afterAll(() => app.dispose())

  const set = (name: string, body: object) => app.request('PUT', `/v1/experiments/churn/watches/${name}`, body)
  const newRun = async () => (await app.request('POST', '/v1/runs', { experimentId: experiment })).body.id as string
  const log = (run: string, key: string, step: number, value: number | string) =>
    app.request('POST', `/v1/runs/${run}/log`, { metrics: [{ key, value, step, timestamp: 1000 + step }] })
  async function alertsOf(run: string): Promise<Alert[]> {
    await app.settled()
    return (await app.request('GET', `/v1/alerts?run=${run}`)).body.items
  }
  const statesOf = async (run: string) => {
    const { items } = (await app.request('GET', `/v1/runs/${run}/watches`)).body
    return items.map((item: { watch: string; metric: string; state: string }) => [item.watch, item.metric, item.state])
  }

  it('raise one alert while it lasts and close it when the metric recovers', async () => {
    const run = await newRun()
    for (const [step, value] of [
      [1, 80],
      [2, 95],
      [3, 96],
    ] as const)
      await log(run, 'temperature', step, value)
    expect(await alertsOf(run)).toMatchObject([
      { monitor: 'hot', kind: 'metric', runId: run, state: 'open', summary: 'temperature is 95 at step 2, above 90' },
    ])
    expect((await alertsOf(run))[0]).not.toHaveProperty('deployment')
    expect(await statesOf(run)).toEqual([
      ['broken', 'temperature', 'ok'],
      ['hot', 'temperature', 'tripped'],
    ])
    await log(run, 'temperature', 4, 85)
    expect(await alertsOf(run)).toMatchObject([{ state: 'closed', closedBecause: 'temperature is 85 at step 4' }])
    await log(run, 'temperature', 5, 99)
    expect((await alertsOf(run)).map((alert) => alert.state)).toEqual(['open', 'closed'])
  })

  it('close what is open when the run ends, and keep it with the run', async () => {
    const run = await newRun()
    await log(run, 'loss', 1, 'NaN')
    for (const step of [2, 3, 4]) await log(run, 'loss', step, 0.5)
    const open = await alertsOf(run)
    expect(open.map((alert) => [alert.monitor, alert.state])).toEqual([
      ['stuck', 'open'],
      ['broken', 'open'],
    ])
    await app.request('PATCH', `/v1/runs/${run}`, { status: 'FAILED' })
    for (const alert of await alertsOf(run)) expect(alert.closedBecause).toBe('the run ended: FAILED')
    expect(await statesOf(run)).toEqual([
      ['broken', 'loss', 'tripped'],
      ['stuck', 'loss', 'tripped'],
    ])
  })

  it('see every point of a batch, and a repeated batch once', async () => {
    const run = await newRun()
    const metrics = Array.from({ length: 1000 }, (_, step) => ({
      key: 'loss',
      value: step === 500 ? 'Infinity' : 1000 - step,
      step,
      timestamp: step,
    }))
    for (let time = 0; time < 2; time++) await app.request('POST', `/v1/runs/${run}/log`, { metrics })
    expect((await alertsOf(run)).map((alert) => alert.summary)).toEqual(['loss is Infinity at step 500'])
    const events = await app.platform.events.list({ limit: 500, types: ['tracking.watch.tripped'] })
    expect(events.filter((event) => event.subject === run)).toHaveLength(1)
  })

  it('are set by command, one rule each, and replaced under their name', async () => {
    const slipway = commandLine(app.url)
    const watches = ['experiments', 'watches']
    const made = await slipway([
      ...watches,
      'set',
      'churn',
      'hot',
      '--metric',
      'temperature',
      '--above',
      '200',
      '--json',
    ])
    expect(JSON.parse(made.out)).toMatchObject({ name: 'hot', rule: { kind: 'threshold', above: 200 } })
    expect((await app.request('GET', '/v1/experiments/churn/watches')).body.items).toHaveLength(3)
    const run = await newRun()
    await log(run, 'temperature', 1, 150)
    expect(await alertsOf(run)).toEqual([])
    const two = await set('both', { metric: 'loss', above: 1, plateau: 3 })
    expect(two).toMatchObject({ status: 400 })
    expect(two.body.detail).toContain('exactly one rule')
    expect((await slipway([...watches, 'delete', 'churn', 'hot'])).code).toBe(0)
    expect((await slipway([...watches, 'delete', 'churn', 'hot'])).code).toBe(3)
  })
})
