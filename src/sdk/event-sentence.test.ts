import { expect, it } from 'vitest'
import { eventSentence } from './event-sentence.ts'

const event = (type: string, payload: Record<string, unknown>) => ({ type, payload })

it('tells what happened in a sentence', () => {
  expect(
    eventSentence(
      event('registry.alias.moved', { model: 'delay', alias: 'champion', from: 1, to: 2, reason: 'better' }),
    ),
  ).toBe('@champion of delay moved from v1 to v2: better')
  expect(
    eventSentence(
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
  expect(eventSentence(event('boats.hull.painted', {}))).toBe('boats hull painted')
})

it('leaves out what is not there and takes the sentence whose fields are', () => {
  const moved = (payload: Record<string, unknown>) =>
    eventSentence(event('registry.alias.moved', { model: 'delay', alias: 'champion', reason: '', ...payload }))
  expect(moved({ from: 1, to: 2 })).toBe('@champion of delay moved from v1 to v2')
  expect(moved({ to: 2 })).toBe('@champion of delay points at v2')
  expect(moved({ from: 1 })).toBe('@champion of delay was removed from v1')
  expect(eventSentence(event('serving.deployment.changed', { deployment: 'd', variants: [] }))).toBe(
    'Deployment d serves nothing yet',
  )
})

it('writes states in words, counts with their noun and yes or no as a text', () => {
  expect(eventSentence(event('tracking.run.finished', { status: 'FAILED' }))).toBe('A run ended: failed')
  expect(eventSentence(event('tracking.trace.received', { traceIds: ['tr-1'] }))).toBe('1 trace received')
  expect(eventSentence(event('serving.labels.recorded', { deployment: 'd', count: 1200 }))).toBe(
    '1,200 labels of d arrived',
  )
  const decided = { gate: 'quality', passed: false, summary: 'auc 0.5' }
  expect(eventSentence(event('validation.gate.decided', decided))).toBe('Gate quality refused a version: auc 0.5')
  const step = { step: 'train', pipeline: 'p', state: 'succeeded' }
  expect(eventSentence(event('pipelines.step.finished', step))).toBe('Step train of p succeeded')
  expect(eventSentence(event('pipelines.step.finished', { ...step, cachedFrom: 'str_1' }))).toBe(
    'Step train of p was reused',
  )
})
