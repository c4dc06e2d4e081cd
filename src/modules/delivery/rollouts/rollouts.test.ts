import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

/** Truth: a > b. The good model knows it, the bad one says the opposite, and both answer fast and without errors. */
const good = [4, -4] as const
const better = [5, -5] as const
const bad = [-4, 4] as const

describe('rollouts', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
    await app.register(good)
    await app.register(better)
    await app.register(bad)
    await app.serving.applyDeployment({ name: 'demo', model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  let turn = 0

  /** Predicts rows whose truth is known and tells the labels. */
  async function traffic(count: number, deployment = 'demo'): Promise<void> {
    const labels = []
    for (let i = 0; i < count; i++) {
      turn += 1
      const row = [((turn * 37) % 100) / 100, ((turn * 61) % 100) / 100] as const
      const { id } = await app.predict(deployment, row)
      labels.push({ predictionId: id, label: row[0] > row[1] ? 1 : 0 })
    }
    const { unknownIds } = await app.predictions.recordLabels(labels)
    expect(unknownIds).toEqual([])
  }

  async function driveUntilEnd(id: string, deployment = 'demo') {
    for (let round = 0; round < 40; round++) {
      await traffic(30, deployment)
      const rollout = await app.delivery.getRollout(id)
      if (rollout.endedAt !== undefined) return rollout
    }
    return app.delivery.getRollout(id)
  }

  const steps = [
    { weight: 30, minPredictions: 10, minLabels: 10 },
    { weight: 60, minPredictions: 20, minLabels: 20 },
  ]
  const analysis = { metric: 'accuracy', maxDrop: 0.1 } as const

  it('promote a good candidate step by step, every decision with its numbers', async () => {
    const started = await app.delivery.startRollout({ deployment: 'demo', ref: '2', steps, analysis, key: 'first' })
    expect(started).toMatchObject({ state: 'running', step: 0, version: 2, championVersion: 1 })
    expect((await app.serving.getDeployment('demo')).variants.map(({ weight }) => weight)).toEqual([70, 30])
    expect((await app.delivery.startRollout({ deployment: 'demo', ref: '2', key: 'first' })).id).toBe(started.id)
    const ended = await driveUntilEnd(started.id)
    expect(ended.state).toBe('promoted')
    expect(ended.history.map(({ act, weight }) => [act, weight])).toEqual([
      ['started', 30],
      ['advanced', 60],
      ['promoted', 100],
    ])
    const last = ended.history.at(-1)?.evidence
    expect(last?.candidate.labelCount).toBeGreaterThanOrEqual(20)
    expect(last?.candidate.accuracy).toBeGreaterThan(0.9)
    expect((await app.serving.getDeployment('demo')).variants).toMatchObject([{ version: 2, weight: 100 }])
    const types = (await app.platform.events.list({ limit: 200 })).map(({ type }) => type)
    for (const act of ['started', 'advanced', 'promoted'])
      expect(types.filter((type) => type === `serving.rollout.${act}`)).toHaveLength(1)
  })

  it('roll back a fast, error-free candidate that is wrong', async () => {
    const { id } = await app.delivery.startRollout({ deployment: 'demo', ref: 'demo/3', steps, analysis })
    const ended = await driveUntilEnd(id)
    expect(ended.state).toBe('rolledBack')
    expect(ended.history.at(-1)).toMatchObject({
      act: 'rolledBack',
      weight: 0,
      reason: expect.stringContaining('accuracy'),
    })
    expect(ended.evidence?.candidate.errorCount).toBe(0)
    expect((await app.serving.getDeployment('demo')).variants).toMatchObject([{ version: 2, weight: 100 }])
  })

  it('roll back when the labels do not come in time', async () => {
    const { id } = await app.delivery.startRollout({
      deployment: 'demo',
      ref: '1',
      steps: [{ weight: 50, minLabels: 1000 }],
      analysis: { metric: 'accuracy', maxWaitMs: 1000 },
    })
    await expect.poll(async () => (await app.delivery.getRollout(id)).state).toBe('rolledBack')
    expect((await app.delivery.getRollout(id)).history.at(-1)?.reason).toContain('still lacked 1000 labels')
  })

  it('obey a person: pause, resume, abort, promote', async () => {
    const begin = { deployment: 'demo', ref: '1', steps: [{ weight: 50, minLabels: 1000 }] }
    const { id } = (await app.request('POST', '/v1/rollouts', begin)).body
    expect((await app.request('PUT', '/v1/deployments/demo', { model: 'demo/3' })).body.code).toBe('rollout_active')
    expect((await app.request('POST', `/v1/rollouts/${id}/pause`, { reason: 'lunch' })).body.state).toBe('paused')
    expect((await app.request('POST', `/v1/rollouts/${id}/pause`, {})).body.code).toBe('rollout_state_wrong')
    expect((await app.request('POST', `/v1/rollouts/${id}/resume`, {})).body.state).toBe('running')
    expect((await app.request('POST', `/v1/rollouts/${id}/abort`, {})).body.state).toBe('aborted')
    expect((await app.serving.getDeployment('demo')).variants).toMatchObject([{ version: 2, weight: 100 }])
    const again = (await app.request('POST', '/v1/rollouts', begin)).body
    expect((await app.request('POST', `/v1/rollouts/${again.id}/promote`, {})).body.state).toBe('promoted')
    expect((await app.serving.getDeployment('demo')).variants).toMatchObject([{ version: 1, weight: 100 }])
    expect((await app.request('GET', '/v1/rollouts?deployment=demo')).body.items).toHaveLength(5)
  })

  it('replay recorded requests first when asked to, and give a candidate that fails there no live one', async () => {
    const replay = { minRows: 20 }
    const versionsBefore = (await app.serving.getDeployment('demo')).variants
    const bad = await app.delivery.startRollout({ deployment: 'demo', ref: '3', steps, analysis, replay })
    expect(bad).toMatchObject({ state: 'replaying', waitingFor: expect.stringContaining('recorded rows') })
    expect((await app.request('PUT', '/v1/deployments/demo', { model: 'demo/2' })).body.code).toBe('rollout_active')
    const stateOf = async (id: string) => (await app.delivery.getRollout(id)).state
    await expect.poll(() => stateOf(bad.id)).toBe('rolledBack')
    const refused = await app.delivery.getRollout(bad.id)
    expect(refused.history.map(({ act }) => act)).toEqual(['replaying', 'rolledBack'])
    expect(refused.history.at(-1)?.reason).toMatch(/^replay of \d+ rows: accuracy/)
    expect((await app.serving.getDeployment('demo')).variants).toEqual(versionsBefore)
    const good = await app.delivery.startRollout({ deployment: 'demo', ref: '2', steps, analysis, replay })
    await expect.poll(() => stateOf(good.id)).toBe('running')
    expect((await app.serving.getDeployment('demo')).variants).toHaveLength(2)
    await app.delivery.abortRollout(good.id)
    const aborted = await app.delivery.startRollout({ deployment: 'demo', ref: '2', steps, analysis, replay })
    expect((await app.delivery.abortRollout(aborted.id)).state).toBe('aborted')
  })

  it('refuse to start without a champion, against itself, or with shrinking steps', async () => {
    await app.serving.applyDeployment({ name: 'empty', model: 'nothing-yet' })
    const code = async (body: object) => (await app.request('POST', '/v1/rollouts', body)).body.code
    expect(await code({ deployment: 'empty', ref: '1' })).toBe('rollout_needs_champion')
    expect(await code({ deployment: 'demo', ref: '1' })).toBe('rollout_same_version')
    const shrinking = [{ weight: 50 }, { weight: 10 }]
    expect(await code({ deployment: 'demo', ref: '2', steps: shrinking })).toBe('rollout_steps_invalid')
  })

  it('wait for a person where a step asks for it, and for the predictions to be alike', async () => {
    await app.serving.applyDeployment({ name: 'asked', model: 'demo/1' })
    const asking = [{ weight: 50, minPredictions: 20, minLabels: 20, approval: true }]
    const alike = { ...analysis, maxPredictionShift: 0.3 }
    const { id } = await app.delivery.startRollout({ deployment: 'asked', ref: '2', steps: asking, analysis: alike })
    await expect
      .poll(async () => {
        await traffic(30, 'asked')
        return (await app.delivery.getRollout(id)).waitingFor
      })
      .toBe("a person's approval of step 1")
    const { evidence } = await app.delivery.getRollout(id)
    expect(evidence?.checks.map(({ name, passed }) => [name, passed])).toContainEqual(['predictionShift', true])
    await app.delivery.approveRollout(id, 'looked at it')
    const ended = await driveUntilEnd(id, 'asked')
    expect(ended.history.map(({ act, reason }) => [act, reason])).toContainEqual(['approved', 'looked at it'])
    expect(ended.state).toBe('promoted')
  })

  it('roll back a candidate that predicts something else, without a single label', async () => {
    const alike = { metric: 'none', maxPredictionShift: 0.3 } as const
    const { id } = await app.delivery.startRollout({ deployment: 'asked', ref: '3', steps, analysis: alike })
    for (let i = 0; i < 400; i++) await app.predict('asked', [((i * 37) % 100) / 200, 0.6 + ((i * 61) % 100) / 250])
    await expect.poll(async () => (await app.delivery.getRollout(id)).state).toBe('rolledBack')
    const { history } = await app.delivery.getRollout(id)
    expect(history.at(-1)?.reason).toMatch(/the predictions of both lie .* apart, 0\.\d+ (is allowed|may be chance)/)
    await expect(app.delivery.approveRollout(id)).rejects.toMatchObject({ code: 'rollout_state_wrong' })
  })
})
