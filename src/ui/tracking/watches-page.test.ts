import { expect, it } from 'vitest'
import { ruleText } from './watches-page.tsx'

it('tells when a watch raises an alert', () => {
  expect(ruleText({ kind: 'notFinite' })).toBe('when it is not a finite number')
  expect(ruleText({ kind: 'threshold', above: 3, below: 1 })).toBe('when it is above 3 or below 1')
  expect(ruleText({ kind: 'plateau', steps: 20, goal: 'minimize', minDelta: 0 })).toBe(
    'when it is no better for 20 steps (minimize)',
  )
})
