import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type MonitoringApp, monitoringApp, type Row } from '../../testing/monitoring-app.ts'
import { logisticModel } from '../../testing/onnx-model.ts'
import { alertRaised } from '../monitoring/index.ts'
import { type PipelineService, pipelines, runFinished } from '../pipelines/index.ts'
import { type Automation, automation } from './index.ts'

/** Truth: a > b. A model with weights [k, -k] knows it; one with [-k, k] says the opposite. */
const right = [4, -4] as const
const wrong = [-4, 4] as const
let turn = 0
const rows = (count: number, shift = 0): Row[] =>
  Array.from({ length: count }, () => {
    turn++
    return [((turn * 37) % 101) / 100 + shift, ((turn * 61) % 103) / 100 + shift]
  })

describe.each(dialectNames)('automation on %s', (database) => {
  let app: MonitoringApp
  let policies: Automation
  let runs: PipelineService
  beforeAll(async () => {
    app = await monitoringApp({ database, more: [pipelines, automation] })
    policies = app.doors.automation as Automation
    runs = app.doors.pipelines as PipelineService
    await addCandidate(right, { auc: 0.8 })
    await runs.applyPipeline({
      definition: {
        name: 'train',
        steps: [
          {
            name: 'train',
            run: 'cd "$(dirname "$SLIPWAY_STEP")" && cp inputs/data/model.onnx outputs/model/ && cp inputs/data/result.json .',
            inputs: { data: 'dataset/candidates@latest' },
            outputs: { model: 'model/demo' },
          },
        ],
      },
    })
    await app.request('PUT', '/v1/gates/quality', { model: 'demo', rules: [{ metric: 'auc', atLeast: 0.7 }] })
    await app.request('PUT', '/v1/monitors/drift', {
      deployment: 'demo',
      kind: 'drift',
      window: { rows: 100 },
      persistence: { of: 1, last: 1 },
    })
    await applyPolicy({})
  })
  afterAll(() => app.dispose())

  function applyPolicy(deliver: object, retrain: object = {}) {
    return app.request('PUT', '/v1/policies/loop', {
      retrain: { on: ['drift'], pipeline: 'train', cooldownMs: 0, ...retrain },
      deliver: {
        model: 'demo',
        pipeline: 'train',
        gate: 'quality',
        deployment: 'demo',
        canary: {
          steps: [{ weight: 50, minPredictions: 10, minLabels: 10 }],
          analysis: { metric: 'accuracy', maxDrop: 0.1 },
        },
        ...deliver,
      },
    })
  }

  /** What the next training run will turn into a model: the file itself, its metrics, and its training rows. */
  async function addCandidate(weights: Row, metrics: Record<string, number>, shift = 0) {
    const texts = {
      'model.onnx': logisticModel(weights, 0),
      'result.json': JSON.stringify({
        metrics,
        modelFormat: 'onnx',
        modelSignature: { inputs: ['a', 'b'].map((name) => ({ name, type: 'float' })) },
      }),
      'rows.csv': ['a,b', ...rows(1500, shift).map((row) => row.join(','))].join('\n'),
    }
    const files = []
    for (const [path, content] of Object.entries(texts))
      files.push({ path, ...(await app.platform.blobs.write(content)) })
    await app.datasets.ensureDataset({ name: 'candidates' })
    await app.datasets.createVersion({ dataset: 'candidates', files })
  }

  const decisions = async (kind: 'retrain' | 'deliver') => (await policies.listDecisions({ limit: 100, kind })).items
  const newest = async (kind: 'retrain' | 'deliver') => (await decisions(kind))[0]
  const champion = async () => (await app.registry.findByAlias('demo', 'champion'))?.version
  const reach = (kind: 'retrain' | 'deliver', state: string) =>
    expect.poll(async () => (await newest(kind))?.state).toBe(state)
  const served = async () =>
    (await app.serving.getDeployment('demo')).variants.map(({ version, weight }) => [version, weight])

  /** Requests of one row, so that the canary gets its share, each with its true label, until the rollout ends. */
  async function traffic(shift: number, isEnough: () => Promise<boolean>) {
    for (let round = 0; round < 40 && !(await isEnough()); round++) {
      const labels = []
      for (const row of rows(20, shift)) {
        const [predictionId = ''] = await app.predict('demo', [row])
        labels.push({ predictionId, label: row[0] > row[1] ? 1 : 0 })
      }
      await app.predictions.recordLabels(labels)
    }
  }

  it('deploys the first version that passes its gate, and makes it champion', async () => {
    const run = await runs.startRun({ pipeline: 'train' })
    await reach('deliver', 'deployed')
    expect(await newest('deliver')).toMatchObject({
      policy: 'loop',
      model: 'demo',
      deployment: 'demo',
      pipelineRunId: run.id,
      summary: 'demo/1 is the first champion of demo: it passed gate quality and serves demo alone.',
      history: [{ state: 'candidate' }, { state: 'deploying' }, { state: 'deployed' }],
    })
    expect([await champion(), await served()]).toEqual([1, [[1, 100]]])
    const [moved] = (await app.registry.listAliasMoves({ model: 'demo', limit: 1 })).items
    expect(moved).toMatchObject({ to: 1, movedBy: 'policy loop', evidence: { gate: { passed: true } } })
  })

  it('refuses a candidate that fails its gate, and leaves the champion alone', async () => {
    await addCandidate(right, { auc: 0.6 })
    await runs.startRun({ pipeline: 'train' })
    await reach('deliver', 'refused')
    expect(await newest('deliver')).toMatchObject({
      summary: 'demo/2 was refused by gate quality: auc is 0.6, but at least 0.7 is required.',
      evidence: { gate: { passed: false, checks: [{ value: 0.6, bound: 0.7 }] } },
    })
    expect([await champion(), await served()]).toEqual([1, [[1, 100]]])
  })

  it('retrains once on an alert, canaries the candidate and makes it champion on evidence', async () => {
    await addCandidate([5, -5], { auc: 0.9 }, 3)
    await app.predict('demo', rows(100, 3))
    await reach('retrain', 'finished')
    const retraining = await newest('retrain')
    expect(retraining).toMatchObject({
      monitor: 'drift',
      summary: expect.stringMatching(
        /^Retraining train because drift raised an alert: [ab] shifted: PSI .* The run succeeded\.$/,
      ),
    })
    const run = await runs.getRun(retraining?.pipelineRunId ?? '')
    expect(run.trigger).toEqual({ kind: 'policy', id: retraining?.id })
    await reach('deliver', 'rollingOut')
    await expect.poll(served).toEqual([
      [1, 50],
      [3, 50],
    ])
    expect(await champion()).toBe(1)
    await traffic(3, async () => (await newest('deliver'))?.state !== 'rollingOut')
    await reach('deliver', 'promoted')
    expect([await champion(), await served()]).toEqual([3, [[3, 100]]])
    const decision = await newest('deliver')
    expect(decision).toMatchObject({
      summary: expect.stringMatching(
        /^demo\/3 replaced demo\/1 as champion\. .*accuracy [\d.]+ on \d+ labels against [\d.]+ on \d+ of the champion: .*at most [\d.]+ is allowed\.$/,
      ),
      evidence: { gate: { passed: true }, rollout: { candidate: { labelCount: expect.any(Number) } } },
      overdue: false,
    })
    const [moved] = (await app.registry.listAliasMoves({ model: 'demo', limit: 1 })).items
    expect(moved).toMatchObject({ from: 1, to: 3, reason: decision?.summary, evidence: { decisionId: decision?.id } })
    await expect.poll(async () => (await app.monitoring.listAlerts({ limit: 9, state: 'open' })).items).toEqual([])
  })

  it('changes nothing when events come twice', async () => {
    await app.settled()
    const before = await Promise.all([decisions('retrain'), decisions('deliver'), runs.listRuns({ limit: 100 })])
    const old = await app.platform.events.list({ limit: 500, types: [alertRaised.type, runFinished.type] })
    expect(old.length).toBeGreaterThanOrEqual(4)
    await app.platform.db.transaction(async (tx) => {
      for (const { type, subject, payload } of old) {
        const definition = type === alertRaised.type ? alertRaised : runFinished
        await app.platform.events.emit(tx, definition as typeof runFinished, subject, payload as never)
      }
    })
    await app.settled()
    expect(await Promise.all([decisions('retrain'), decisions('deliver'), runs.listRuns({ limit: 100 })])).toEqual(
      before,
    )
    expect(await champion()).toBe(3)
  })

  it('rolls back a candidate that passes its gate but is worse on live labels', async () => {
    await addCandidate(wrong, { auc: 0.95 }, 3)
    await runs.startRun({ pipeline: 'train' })
    await reach('deliver', 'rollingOut')
    await traffic(3, async () => (await newest('deliver'))?.state !== 'rollingOut')
    await reach('deliver', 'rolledBack')
    expect((await newest('deliver'))?.summary).toMatch(
      /^demo\/4 did not replace demo\/3: its rollout was rolled back\. .*ccuracy 0/,
    )
    expect([await champion(), await served()]).toEqual([3, [[3, 100]]])
  })

  it('waits for a person when approval is required', async () => {
    await applyPolicy({ approval: 'required' })
    await addCandidate([6, -6], { auc: 0.91 }, 3)
    await runs.startRun({ pipeline: 'train' })
    await reach('deliver', 'awaitingApproval')
    const waiting = await newest('deliver')
    expect((await served()).length).toBe(1)
    const declined = await app.request('POST', `/v1/decisions/${waiting?.id}/decline`, { comment: 'not on a Friday' })
    expect(declined.body).toMatchObject({ state: 'declined', summary: 'declined by local (not on a Friday)' })
    const again = await app.request('POST', `/v1/decisions/${waiting?.id}/approve`, {})
    expect(again.body).toMatchObject({ code: 'decision_not_waiting', detail: expect.stringContaining('is declined') })

    const steps = [{ weight: 50, minLabels: 1000 }]
    await applyPolicy({ approval: 'required', canary: { steps, overdueAfterMs: 1 } })
    await addCandidate([7, -7], { auc: 0.92 }, 3)
    await runs.startRun({ pipeline: 'train' })
    await reach('deliver', 'awaitingApproval')
    const approved = await app.request('POST', `/v1/decisions/${(await newest('deliver'))?.id}/approve`, {})
    expect(approved.body).toMatchObject({ state: 'rollingOut', evidence: { approval: { by: 'local' } } })
    await expect.poll(async () => (await newest('deliver'))?.rolloutId).toMatch(/^rol_/)
    // The rollout waits for labels that nobody sends: that is visible, and ends nothing.
    await expect
      .poll(async () => (await newest('deliver'))?.history.at(-1)?.why)
      .toMatch(/^overdue: the rollout should have ended/)
    expect(await newest('deliver')).toMatchObject({ state: 'rollingOut', overdue: true })
    // The alias asks for a person of its own: the decision waits for that, and goes on by itself.
    await app.request('PUT', '/v1/models/demo/aliases/champion/rule', { approvals: 1 })
    await app.delivery.promoteRollout((await newest('deliver'))?.rolloutId ?? '', 'good enough')
    await expect.poll(async () => (await newest('deliver'))?.summary).toMatch(/It is waiting: .*has 0 of 1 approvals/)
    expect(await champion()).not.toBe(6)
    await app.request('POST', '/v1/models/demo/aliases/champion/approvals', { version: 6 })
    await reach('deliver', 'promoted')
    expect(await champion()).toBe(6)
    await app.request('DELETE', '/v1/models/demo/aliases/champion/rule')
    await applyPolicy({})
  })

  it('asks recorded requests first, where the policy wants that, and rolls back a candidate before a live one', async () => {
    const before = await Promise.all([champion(), served()])
    const canary = { steps: [{ weight: 50, minPredictions: 10 }], replay: { minRows: 20, minAgreement: 0.9 } }
    await applyPolicy({ canary })
    await addCandidate([-6, 6], { auc: 0.95 }, 3)
    await runs.startRun({ pipeline: 'train' })
    await reach('deliver', 'rolledBack')
    const rollout = await app.delivery.getRollout((await newest('deliver'))?.rolloutId ?? '')
    expect(rollout.history.map(({ act }) => act)).not.toContain('advanced')
    expect(rollout.history.at(-1)?.reason).toMatch(/replay|recorded/)
    expect(await Promise.all([champion(), served()])).toEqual(before)
    const { items } = await app.predictions.listPredictions({ limit: 100, modelVersionId: rollout.modelVersionId })
    expect(items).toEqual([])
    await applyPolicy({})
  })

  it('keeps the cooldown, and drops a retraining whose alert cleared meanwhile', async () => {
    await applyPolicy({}, { cooldownMs: 3_600_000 })
    await app.predict('demo', rows(100, 9))
    await expect.poll(async () => (await decisions('retrain')).length).toBe(2)
    await app.settled()
    const waiting = await newest('retrain')
    expect(waiting).toMatchObject({ state: 'waiting', dueAt: expect.any(Number) })
    expect(waiting?.history.at(-1)?.why).toBe('waiting: the last retraining began less than 1 h ago')
    await app.predict('demo', rows(100, 3))
    await reach('retrain', 'dropped')
    expect((await runs.listRuns({ limit: 100 })).items.filter(({ trigger }) => trigger.kind === 'policy')).toHaveLength(
      1,
    )
  })

  it('says why a retraining could not start, and refuses an empty policy', async () => {
    await applyPolicy({}, { pipeline: 'missing' })
    await app.predict('demo', rows(100, 9))
    await reach('retrain', 'failed')
    expect((await newest('retrain'))?.summary).toContain(
      'The retraining could not be started: There is no pipeline missing',
    )
    const empty = await app.request('PUT', '/v1/policies/nothing', {})
    expect([empty.status, empty.body.code]).toEqual([400, 'policy_empty'])
    expect((await app.request('GET', '/v1/decisions/dec_none')).body.code).toBe('decision_not_found')
    expect((await app.request('GET', '/v1/policies?limit=5')).body.items).toMatchObject([{ name: 'loop' }])
    expect((await app.request('DELETE', '/v1/policies/loop')).status).toBe(200)
    expect((await app.request('GET', '/v1/policies/loop')).body.code).toBe('policy_not_found')
  })
})
