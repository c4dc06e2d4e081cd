import { describe, expect, it } from 'vitest'
import { pickVariant, splitPoint } from './split.ts'

const keys = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
const share = (weight: number) => {
  const variants = [
    { name: 'champion', weight: 100 - weight },
    { name: 'canary', weight },
  ]
  return keys.filter((key) => pickVariant(variants, 'salt', key)?.name === 'canary')
}

describe('the sticky split', () => {
  it('gives each variant its share', () => {
    for (const weight of [1, 10, 50, 90]) {
      const p = weight / 100
      const deviation = Math.sqrt(keys.length * p * (1 - p))
      expect(Math.abs(share(weight).length - keys.length * p)).toBeLessThan(4 * deviation)
    }
  })

  it('only moves keys to the canary when its weight grows', () => {
    const atFifty = new Set(share(50))
    expect(share(10).every((key) => atFifty.has(key))).toBe(true)
  })

  it('is independent between salts', () => {
    const both = keys.filter((key) => splitPoint('a', key) < 50 && splitPoint('b', key) < 50)
    expect(Math.abs(both.length - keys.length / 4)).toBeLessThan(4 * Math.sqrt(keys.length * 0.25 * 0.75))
  })
})
