import { expect, it } from 'vitest'
import { policyText } from './policy-list.tsx'

it('tells what a policy does by itself', () => {
  expect(policyText({ retrain: { on: ['drift'], pipeline: 'train', cooldownMs: 0 } })).toBe(
    'Runs train when drift raises an alert.',
  )
})
