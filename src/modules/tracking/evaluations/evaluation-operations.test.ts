import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../../testing/test-app.ts'
import { datasets } from '../../datasets/index.ts'
import { type Tracking, tracking } from '../index.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ modules: [datasets, tracking] })
})
afterAll(() => app.dispose())

it('lists evaluation sets by experiment, and their cases a page at a time', async () => {
  const service = app.doors.tracking as Tracking
  const experiment = await service.ensureExperiment('harbor')
  const { id } = await service.createEvaluationSet({ name: 'questions', experimentIds: [experiment.id] })
  await service.createEvaluationSet({ name: 'others' })
  await service.putEvaluationRecords(id, [
    { inputs: { question: 'Is it safe?' }, expectations: { answer: 'yes' } },
    { inputs: { question: 'When?' } },
  ])
  const all = await app.request('GET', '/v1/evaluations')
  expect(all.body.items.map(({ name }: { name: string }) => name).toSorted()).toEqual(['others', 'questions'])
  const own = await app.request('GET', '/v1/evaluations?experiment=harbor')
  expect(own.body.items).toMatchObject([{ id, recordCount: 2, fields: { inputs: { question: 'string' } } }])
  const first = await app.request('GET', `/v1/evaluations/${id}/cases?limit=1`)
  const rest = await app.request('GET', `/v1/evaluations/${id}/cases?limit=1&cursor=${first.body.nextCursor}`)
  const questions = [...first.body.items, ...rest.body.items].map(({ inputs }) => inputs.question)
  expect(questions.toSorted()).toEqual(['Is it safe?', 'When?'])
  expect((await app.request('GET', '/v1/evaluations/gone')).body.code).toBe('evaluation_set_not_found')
})
