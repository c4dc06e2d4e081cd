import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'
import type { ServingTables } from '../../serving/tables.ts'

/** The truth is what version 1 says; version 2 says the opposite. */
describe.each(['sqlite', 'postgres'] as const)('comparing variants on %s', (database) => {
  let app: ServingApp
  let key = 0
  beforeAll(async () => {
    app = await servingApp({ database })
    await app.register([1, -1])
    await app.register([-1, 1])
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  const split = [
    { name: 'a', ref: '2', weight: 50 },
    { name: 'b', ref: '1', weight: 50 },
  ]
  /** Requests of new callers, each with its truth, as clients do it. */
  async function traffic(count: number, headers: Record<string, string> = {}): Promise<void> {
    const labels = []
    for (let i = 0; i < count; i++) {
      const row = [((i * 37) % 100) / 100, ((i * 61 + 13) % 100) / 100] as const
      const { id } = await app.predict('demo', row, { 'slipway-route-key': `user-${key++}`, ...headers })
      labels.push({ predictionId: id, label: row[0] > row[1] ? 1 : 0 })
    }
    await app.request('POST', '/v1/labels', { labels })
  }

  it('an A/B test finds the better version and gives it all requests', async () => {
    const body = { variants: split, minSamples: 60, onDecision: 'promote' }
    const { id } = (await app.request('POST', '/v1/deployments/demo/ab-tests', body)).body
    expect((await app.request('PUT', '/v1/deployments/demo', { model: 'demo/2' })).body.code).toBe('deployment_busy')
    // One caller a thousand times is one caller, and whoever is pinned was not chosen by chance.
    await traffic(30, { 'slipway-route-key': 'the-same-user' })
    const get = async () => (await app.request('GET', `/v1/ab-tests/${id}`)).body
    for (let turn = 0; turn < 10 && (await get()).state === 'running'; turn++) await traffic(40)
    await expect.poll(async () => (await get()).state).toBe('decided')
    const decided = await get()
    expect(decided).toMatchObject({ state: 'decided', control: 'a', decision: { winner: 'b' } })
    const [comparison] = decided.result.comparisons
    expect(comparison).toMatchObject({ outcome: 'better', controlMean: expect.any(Number) })
    const counted = comparison.count + comparison.controlCount
    expect(counted % 40).toBe(1)
    expect((await app.serving.getDeployment('demo')).variants).toMatchObject([{ version: 1, weight: 100 }])
    const types = (await app.platform.events.list({ limit: 500 })).map(({ type }) => type)
    expect(types.filter((type) => type === 'serving.abTest.ended')).toHaveLength(1)
  })

  it('an A/B test is stopped by a person or by a rollback, and refuses what cannot be compared', async () => {
    const start = async (body: object) => (await app.request('POST', '/v1/deployments/demo/ab-tests', body)).body
    const salt = async () => {
      const db = app.platform.db.typed<ServingTables>()
      const row = await db.read.selectFrom('serving_deployments').select('split').executeTakeFirstOrThrow()
      return JSON.parse(row.split ?? 'null')?.salt
    }
    expect((await start({ variants: split, control: 'c' })).code).toBe('variants_invalid')
    expect((await start({ variants: [split[0], { ...split[1], name: 'a' }] })).code).toBe('variants_invalid')
    const first = await start({ variants: split })
    expect(await salt()).toBe(first.id)
    expect((await start({ variants: split })).code).toBe('deployment_busy')
    expect((await app.request('POST', `/v1/ab-tests/${first.id}/stop`, { reason: 'lunch' })).body).toMatchObject({
      state: 'stopped',
      decision: { reason: 'lunch' },
    })
    const second = await start({ variants: split })
    expect(await salt()).toBe(second.id)
    await app.request('POST', '/v1/deployments/demo/rollback')
    expect((await app.request('GET', `/v1/ab-tests/${second.id}`)).body.state).toBe('stopped')
    expect((await app.request('GET', '/v1/ab-tests?deployment=demo')).body.items).toHaveLength(3)
  })

  it('a bandit moves the requests to the better version, and leaves the other its floor', async () => {
    const variants = split.map(({ name, ref }) => ({ name, ref }))
    const body = { variants, floor: 10, intervalMs: 1000 }
    const { id } = (await app.request('POST', '/v1/deployments/demo/bandits', body)).body
    const weights = async () => (await app.serving.getDeployment('demo')).variants.map(({ weight }) => weight)
    expect(await weights()).toEqual([50, 50])
    await traffic(60)
    await expect.poll(weights).toEqual([10, 90])
    const bandit = (await app.request('GET', `/v1/bandits/${id}`)).body
    expect(bandit.history.at(-1).arms).toMatchObject([
      { variant: 'a', weight: 10 },
      { variant: 'b', weight: 90, mean: 1 },
    ])
    expect((await app.request('POST', `/v1/bandits/${id}/stop`)).body.state).toBe('stopped')
    expect(await weights()).toEqual([10, 90])
  })
})
