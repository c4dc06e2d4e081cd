import { expect, it } from 'vitest'
import { seededRandom } from '../../../platform/statistics/index.ts'
import { logGamma, sampleRatioChance } from './sample-ratio.ts'

it('logGamma is the factorial on whole numbers and the square root of pi at one half', () => {
  let factorial = 1
  for (let n = 1; n < 20; n++) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10)
    factorial *= n
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 10)
})

it('sees shares that are off, and leaves those alone that are not', () => {
  const counts = (a: number, b: number) => [
    { count: a, share: 0.5 },
    { count: b, share: 0.5 },
  ]
  expect(sampleRatioChance(counts(0, 0))).toBe(1)
  expect(sampleRatioChance(counts(5010, 4990))).toBe(1)
  expect(sampleRatioChance(counts(5300, 4700))).toBeLessThan(0.001)
})

it('hardly ever cries wolf, looked at after every unit', () => {
  let alarms = 0
  for (let run = 0; run < 1000; run++) {
    const random = seededRandom(run)
    const seen = [0, 0]
    for (let t = 0; t < 500; t++) {
      const arm = random() < 0.2 ? 0 : 1
      seen[arm] = (seen[arm] ?? 0) + 1
      const chance = sampleRatioChance([
        { count: seen[0] ?? 0, share: 0.2 },
        { count: seen[1] ?? 0, share: 0.8 },
      ])
      if (chance <= 0.01) {
        alarms += 1
        break
      }
    }
  }
  expect(alarms / 1000).toBeLessThanOrEqual(0.01)
})
