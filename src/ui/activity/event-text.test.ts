import { expect, it } from 'vitest'
import { eventText, gatherEvents } from './event-text.ts'

const event = (type: string, payload: Record<string, unknown>) => ({
  seq: 1,
  type,
  subject: 'x',
  payload,
  actor: { id: 'token', kind: 'token' },
  at: 0,
})

it('tells what happened in a sentence', () => {
  expect(
    eventText(event('registry.alias.moved', { model: 'delay', alias: 'champion', from: 1, to: 2, reason: 'better' })),
  ).toBe('@champion of delay moved from v1 to v2: better')
  expect(
    eventText(
      event('serving.deployment.changed', {
        deployment: 'delay',
        variants: [
          { version: 1, weight: 90 },
          { version: 2, weight: 10 },
        ],
      }),
    ),
  ).toBe('Deployment delay serves v1 at 90%, v2 at 10%')
})

it('shows a type it does not know by its name', () => {
  expect(eventText(event('boats.hull.painted', {}))).toBe('boats hull painted')
})

it('sums what arrives in many small events', () => {
  const recorded = (seq: number, count: number) => ({
    ...event('serving.predictions.ingested', { deployment: 'd', count }),
    seq,
  })
  const other = { ...event('registry.version.created', { model: 'm', version: 1 }), seq: 2 }
  const gathered = gatherEvents([recorded(4, 5), recorded(3, 2), other, recorded(1, 1)])
  expect(gathered.map(eventText)).toEqual(['8 predictions of d recorded', 'Model m/1 was registered'])
})
