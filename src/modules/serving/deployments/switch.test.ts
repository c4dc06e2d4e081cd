import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

describe('moves between versions', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
    await app.register([1, -1])
    await app.register([-1, 1])
    await app.register([1, 1])
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  const versionOf = async (headers?: Record<string, string>) => (await app.predict('demo', [1, 0.5], headers)).version
  const act = async (verb: string, body: object = {}) => app.request('POST', `/v1/deployments/demo/${verb}`, body)

  it('refuses to go back while there is nothing to go back to', async () => {
    expect((await act('rollback')).body.code).toBe('deployment_no_previous')
    expect((await act('switch')).body.code).toBe('deployment_not_staged')
  })

  it('goes back to the version that had all requests, and from there forward again', async () => {
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/2' })
    expect(await versionOf()).toBe('2')
    expect((await act('rollback')).body).toMatchObject({ state: 'ready', variants: [{ version: 1, weight: 100 }] })
    expect(await versionOf()).toBe('1')
    await act('rollback')
    expect(await versionOf()).toBe('2')
  })

  it('goes past a split to the version before it, and ends a rollout', async () => {
    const variants = [
      { name: 'a', ref: '2', weight: 50 },
      { name: 'b', ref: '3', weight: 50 },
    ]
    await act('split', { variants })
    expect((await act('rollback')).body.variants).toMatchObject([{ version: 1, weight: 100 }])
    await app.request('POST', '/v1/rollouts', {
      deployment: 'demo',
      ref: '3',
      steps: [{ weight: 100, minPredictions: 9 }],
    })
    expect(await versionOf()).toBe('3')
    expect((await act('rollback')).body.variants).toMatchObject([{ version: 1, weight: 100 }])
    expect(await versionOf()).toBe('1')
    const { items } = (await app.request('GET', '/v1/rollouts')).body
    expect(items[0]).toMatchObject({ state: 'aborted' })
    expect(items[0].history.at(-1).reason).toContain('rolled back')
  })

  it('stages a version without requests, lets rules reach it, and switches there and back', async () => {
    expect((await act('stage', { ref: '3' })).body.variants).toMatchObject([
      { version: 1, weight: 100 },
      { version: 3, weight: 0 },
    ])
    for (let i = 0; i < 20; i++) expect(await versionOf({ 'slipway-route-key': `u${i}` })).toBe('1')
    const rules = [{ header: 'X-Beta', value: 'yes', variant: 'v3' }]
    const routed = await app.request('PUT', '/v1/deployments/demo/routing', { rules })
    expect(routed.body.routing).toEqual({ rules: [{ header: 'x-beta', value: 'yes', variant: 'v3' }] })
    expect(await versionOf({ 'x-beta': 'yes' })).toBe('3')
    expect(await versionOf({ 'x-beta': 'no' })).toBe('1')
    await act('switch')
    expect(await versionOf()).toBe('3')
    await act('switch')
    expect(await versionOf()).toBe('1')
  })

  it('applies the rules in every protocol', async () => {
    const row = [[1, 0.5]]
    const headers = { 'x-beta': 'yes' }
    const calls = [
      ['/v1/models/demo:predict', { instances: row }],
      ['/inference/demo/invocations', { inputs: row }],
      ['/seldon/ns/demo/api/v1.0/predictions', { data: { ndarray: row } }],
    ] as const
    for (const [path, body] of calls) {
      const answer = await app.request('POST', path, body, headers)
      expect([path, answer.status]).toEqual([path, 200])
      const id = answer.headers.get('slipway-prediction-id')
      expect((await app.request('GET', `/v1/predictions/${id}`)).body).toMatchObject({ variant: 'v3' })
    }
  })

  it('changes version under load without a failed request', async () => {
    let isDone = false
    const statuses = new Map<number, number>()
    const load = Array.from({ length: 4 }, async () => {
      while (!isDone) {
        const { status } = await app.predict('demo', [1, 0.5])
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    })
    for (let turn = 0; turn < 6; turn++) await act('switch')
    isDone = true
    await Promise.all(load)
    expect([...statuses.keys()]).toEqual([200])
    expect(statuses.get(200)).toBeGreaterThan(20)
  })
})
