import { expect, it } from 'vitest'
import { areaUnderRoc, logLossOf } from './probability-scores.ts'

it('counts ties between the classes as half, and says nothing of one class alone', () => {
  expect(areaUnderRoc([0.5, 0.5], [true, false])).toBe(0.5)
  expect(areaUnderRoc([0.2, 0.5, 0.5, 0.9], [false, true, false, true])).toBe(0.875)
  expect(areaUnderRoc([0.2, 0.5], [true, true])).toBeUndefined()
})

it('clips certain but wrong probabilities as scikit-learn does, and what is beyond 1', () => {
  expect(logLossOf(0)).toBeCloseTo(36.04365338911715, 9)
  expect(logLossOf(0.8)).toBeCloseTo(-Math.log(0.8), 15)
  expect(Math.abs(logLossOf(1.5))).toBe(0)
})
