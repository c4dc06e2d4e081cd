import { expect, it } from 'vitest'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import { type NewEvaluationRecord, withFields } from './evaluation-set.ts'

describeDatabases('evaluation sets', trackingSchema, (open) => {
  it('keeps one case for equal inputs, whatever the order of their fields', async () => {
    const { tracking } = trackingOver(await open())
    const { id } = await tracking.createEvaluationSet({ name: 'cases' })
    const first = { inputs: { a: 1, b: [2] }, outputs: 'x', expectations: { answer: 'yes' }, createdBy: 'ann' }
    expect(await tracking.putEvaluationRecords(id, [first, { inputs: { a: 2 } }])).toEqual({ inserted: 2, updated: 0 })
    const again = { inputs: { b: [2], a: 1 }, expectations: { why: 'wind' }, createdBy: 'bob' }
    expect(await tracking.putEvaluationRecords(id, [again])).toEqual({ inserted: 0, updated: 1 })
    const { items } = await tracking.listEvaluationRecords(id, { limit: 10 })
    expect(items.find((one) => one.inputs.a === 1)).toMatchObject({
      outputs: 'x',
      expectations: { answer: 'yes', why: 'wind' },
      createdBy: 'ann',
      updatedBy: 'bob',
    })
    expect(await tracking.getEvaluationSet(id)).toMatchObject({ recordCount: 2, updatedBy: 'bob' })
  })

  it('stores nothing of a batch for a set that is not there, nor a link to an unknown experiment', async () => {
    const { tracking } = trackingOver(await open())
    const { code } = await tracking.putEvaluationRecords('d-none', [{ inputs: {} }]).catch((error) => error)
    expect(code).toBe('evaluation_set_not_found')
    const created = tracking.createEvaluationSet({ name: 'lost', experimentIds: ['exp_none'] })
    await expect(created).rejects.toThrow('exp_none')
    expect((await tracking.searchEvaluationSets({ limit: 10 })).items).toEqual([])
  })

  it('forgets the link when the experiment is erased, and everything when the set is deleted', async () => {
    const { tracking } = trackingOver(await open())
    const experiment = await tracking.ensureExperiment('one')
    const { id } = await tracking.createEvaluationSet({ name: 'cases', experimentIds: [experiment.id] })
    await tracking.putEvaluationRecords(id, [{ inputs: { a: 1 } }])
    await tracking.deleteExperiment(experiment.id)
    await tracking.eraseExperiment(experiment.id)
    expect((await tracking.getEvaluationSet(id)).experimentIds).toEqual([])
    await tracking.deleteEvaluationSet(id)
    await expect(tracking.listEvaluationRecords(id, { limit: 1 })).rejects.toThrow(id)
  })
})

it('keeps the first type of a field', () => {
  const records: NewEvaluationRecord[] = [
    { inputs: { n: 1, t: 'x' }, outputs: 'text' },
    { inputs: { n: 0.5, list: [] }, expectations: { ok: true } },
  ]
  expect(withFields(undefined, records)).toEqual({
    inputs: { n: 'integer', t: 'string', list: 'array' },
    outputs: 'string',
    expectations: { ok: 'boolean' },
  })
})
