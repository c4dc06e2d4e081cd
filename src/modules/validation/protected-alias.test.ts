import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from '../datasets/index.ts'
import { type Registry, registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import { validation } from './index.ts'

// Rules live in the registry and verdicts here, which needs it: only together can both be seen.
describe.each(dialectNames)('a protected alias on %s', (database) => {
  let app: TestApp
  let models: Registry
  beforeAll(async () => {
    app = await testApp({ modules: [datasets, tracking, registry, validation], database })
    models = app.doors.registry as Registry
  })
  afterAll(() => app.dispose())

  let count = 0
  const prepare = async (rule: object) => {
    const model = `flight-delay-${count++}`
    await models.createVersion({ model, files: [], format: 'onnx' })
    await models.createVersion({ model, files: [], format: 'onnx', description: 'another' })
    const made = await app.request('PUT', `/v1/models/${model}/aliases/champion/rule`, rule)
    expect(made.status).toBe(200)
    return model
  }
  const set = (model: string, version: number) =>
    app.request('PUT', `/v1/models/${model}/aliases/champion`, { version, reason: 'it is better' })
  const approve = (model: string, version: number, by: string) =>
    models.approve({ model, alias: 'champion', version, by, comment: `${by} looked` })
  const history = async (model: string) => (await app.request('GET', `/v1/models/${model}/aliases/history`)).body.items

  it('does not move until every person that is asked for has approved the version, each counted once', async () => {
    const model = await prepare({ approvals: 2 })
    const refused = await set(model, 1)
    expect(refused.status).toBe(403)
    expect(refused.body.code).toBe('alias_move_refused')
    expect(JSON.stringify(refused.body)).toContain(`may not move to version 1: it has 0 of 2 approvals`)
    await approve(model, 1, 'ann')
    await approve(model, 1, 'ann')
    await approve(model, 2, 'bob')
    expect(JSON.stringify((await set(model, 1)).body)).toContain('it has 1 of 2 approvals')
    expect(await history(model)).toEqual([])
    await approve(model, 1, 'bob')
    expect((await set(model, 1)).status).toBe(200)
    const [move] = await history(model)
    expect(move).toMatchObject({ alias: 'champion', to: 1, reason: 'it is better' })
    expect(move.evidence.rule.approvals.map((one: { by: string }) => one.by)).toEqual(['ann', 'bob'])
  })

  it('does not move before its gate has passed the version, and keeps the verdict as evidence', async () => {
    const model = await prepare({ gates: [`quality-${count}`] })
    const gate = `quality-${count - 1}`
    expect(JSON.stringify((await set(model, 1)).body)).toContain(`gate ${gate} has no verdict for it`)
    await app.request('PUT', `/v1/gates/${gate}`, { model, rules: [{ metric: 'auc', atLeast: 0.7 }] })
    const decide = (version: number, auc: number) =>
      app.request('POST', `/v1/gates/${gate}/decide`, { modelVersion: `${model}/${version}`, metrics: { auc } })
    const bad = await decide(1, 0.6)
    expect(JSON.stringify((await set(model, 1)).body)).toContain(`gate ${gate} refused it (${bad.body.id})`)
    const good = await decide(2, 0.8)
    expect((await set(model, 2)).status).toBe(200)
    const [move] = await history(model)
    expect(move.evidence.rule.verdicts).toEqual([{ gate, verdictId: good.body.id, passed: true }])
  })

  it('says what is missing before anyone tries', async () => {
    const model = await prepare({ gates: ['nowhere'], approvals: 1 })
    const check = async () => (await app.request('GET', `/v1/models/${model}/aliases/champion/check?version=1`)).body
    expect(await check()).toMatchObject({
      isAllowed: false,
      missing: ['gate nowhere has no verdict for it', 'it has 0 of 1 approvals'],
    })
    await app.request('POST', `/v1/models/${model}/aliases/champion/approvals`, { version: 1, comment: 'fine' })
    expect((await check()).missing).toEqual(['gate nowhere has no verdict for it'])
    await app.request('DELETE', `/v1/models/${model}/aliases/champion/approvals?version=1`)
    expect((await check()).missing.length).toBe(2)
  })

  it('cannot be got around by removing the alias, its version or its model', async () => {
    const model = await prepare({ approvals: 1 })
    await approve(model, 1, 'ann')
    await set(model, 1)
    for (const path of ['/aliases/champion', '/versions/1', '']) {
      const answer = await app.request('DELETE', `/v1/models/${model}${path}`)
      expect([answer.status, answer.body.code]).toEqual([403, 'alias_protected'])
    }
    expect((await models.resolve(`${model}@champion`)).version).toBe(1)
    await app.request('DELETE', `/v1/models/${model}/aliases/champion/rule`)
    expect((await app.request('DELETE', `/v1/models/${model}/versions/1`)).status).toBe(200)
    expect((await history(model))[0]).toMatchObject({ from: 1, reason: 'version 1 was deleted' })
  })

  it('leaves other aliases alone, and refuses a rule that asks for nothing', async () => {
    const model = await prepare({ approvals: 1 })
    await models.setAlias({ model, alias: 'challenger', version: 2 })
    expect((await models.resolve(`${model}@challenger`)).version).toBe(2)
    const empty = await app.request('PUT', `/v1/models/${model}/aliases/other/rule`, { approvals: 0 })
    expect([empty.status, empty.body.code]).toEqual([400, 'alias_rule_empty'])
  })
})
