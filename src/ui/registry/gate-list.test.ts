import { expect, it } from 'vitest'
import { ruleText } from './gate-list.tsx'

it('tells what a gate asks for', () => {
  expect(ruleText({ metric: 'auc', atLeast: 0.8 })).toBe('auc at least 0.8')
  expect(ruleText({ metric: 'loss', atMost: 2 })).toBe('loss at most 2')
  expect(ruleText({ metric: 'auc', notWorseThan: 'champion', by: 0.01, better: 'higher' })).toBe(
    'auc not worse than champion by more than 0.01 (higher is better)',
  )
})
