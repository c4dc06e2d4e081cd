import { expect, it } from 'vitest'
import { smooth } from './smooth.ts'

it('leaves values alone without weight', () => {
  expect(smooth([1, null, 3], 0)).toEqual([1, null, 3])
})

it('keeps a constant constant from the first value on', () => {
  for (const value of smooth([5, 5, 5, 5], 0.9)) expect(value).toBeCloseTo(5, 12)
})

it('averages with the older values and skips gaps', () => {
  // 0.5-weights of (0, 4), corrected by 1 - 0.25: (0 * 0.25 + 4 * 0.5) / 0.75
  const [first, gap, second] = smooth([0, null, 4], 0.5)
  expect([first, gap]).toEqual([0, null])
  expect(second).toBeCloseTo(2 / 0.75, 12)
})
