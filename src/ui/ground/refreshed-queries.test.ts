import { expect, it } from 'vitest'
import { refreshedBy } from './refreshed-queries.ts'

it('asks again what may have changed with the news of a module', () => {
  const moved = refreshedBy('registry.alias.moved')
  expect(moved).toEqual(expect.arrayContaining(['registry', 'serving', 'validation', 'lineage']))
  expect(moved).not.toContain('tracking')
  expect(refreshedBy('monitoring.alert.raised')).toEqual(expect.arrayContaining(['monitoring', 'automation']))
})

it('keeps what comes in streams to itself', () => {
  expect(refreshedBy('serving.predictions.ingested')).toEqual(['serving'])
  expect(refreshedBy('tracking.trace.received')).toEqual(['traces'])
})
