import { expect, it } from 'vitest'
import { eventSentence } from '../ground/wire.ts'
import { gatherEvents } from './event-list.ts'

const event = (type: string, payload: Record<string, unknown>) => ({
  seq: 1,
  type,
  subject: 'x',
  payload,
  actor: { id: 'token', kind: 'token' },
  at: 0,
})

it('sums what arrives in many small events', () => {
  const recorded = (seq: number, count: number) => ({
    ...event('serving.predictions.ingested', { deployment: 'd', count }),
    seq,
  })
  const other = { ...event('registry.version.created', { model: 'm', version: 1 }), seq: 2 }
  const gathered = gatherEvents([recorded(4, 5), recorded(3, 2), other, recorded(1, 1)])
  expect(gathered.map(eventSentence)).toEqual(['8 predictions of d recorded', 'Model m/1 was registered'])
})
