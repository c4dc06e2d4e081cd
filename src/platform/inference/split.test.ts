import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/index.ts'
import { pickVariant, type SplitRange, splitPoint, type Weighted } from './split.ts'
import { moveRanges, rangesOf } from './split-ranges.ts'

const keys = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
const share = (weight: number) => {
  const variants = [
    { name: 'champion', weight: 100 - weight },
    { name: 'canary', weight },
  ]
  return keys.filter((key) => pickVariant({ salt: 'salt', variants }, key)?.name === 'canary')
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

const variantsOf = (...weights: number[]): Weighted[] =>
  weights.map((weight, index) => ({ name: 'abcdefgh'[index] ?? '', weight }))

/** Percent of [0, 100) whose owner is another one. */
function movedBetween(a: readonly SplitRange[], b: readonly SplitRange[]): number {
  const bounds = [...a, ...b].map(({ below }) => below).sort((x, y) => x - y)
  const ownerAt = (ranges: readonly SplitRange[], point: number) => ranges.find(({ below }) => point < below)?.variant
  return bounds.reduce((moved, bound, index) => {
    const from = bounds[index - 1] ?? 0
    const middle = (from + bound) / 2
    return moved + (ownerAt(a, middle) === ownerAt(b, middle) ? 0 : bound - from)
  }, 0)
}

/** The least that any split can move: half the sum of what the weights differ by. */
function leastBetween(a: readonly Weighted[], b: readonly Weighted[]): number {
  const weightIn = (variants: readonly Weighted[], name: string) =>
    variants.find((variant) => variant.name === name)?.weight ?? 0
  const names = new Set([...a, ...b].map(({ name }) => name))
  return [...names].reduce((sum, name) => sum + Math.abs(weightIn(a, name) - weightIn(b, name)), 0) / 2
}

describe('ranges of the split', () => {
  it.each([
    [variantsOf(90, 10), variantsOf(50, 50)],
    [variantsOf(80, 10, 10), variantsOf(70, 10, 20)],
    [variantsOf(34, 33, 33), variantsOf(50, 25, 25)],
    [variantsOf(50, 50), variantsOf(34, 33, 33)],
    [variantsOf(34, 33, 33), variantsOf(50, 50)],
  ])('move the fewest keys', (before, after) => {
    const ranges = rangesOf(before)
    expect(movedBetween(ranges, moveRanges(ranges, after))).toBeCloseTo(leastBetween(before, after), 9)
  })

  it('are what weights alone say, at first', () => {
    const variants = variantsOf(70, 10, 20)
    const ranges = rangesOf(variants)
    for (const key of keys)
      expect(pickVariant({ salt: 's', variants, ranges }, key)).toBe(pickVariant({ salt: 's', variants }, key))
  })

  it('move the fewest keys through any changes of weights and variants, and stay few', () => {
    const random = seededRandom(11)
    for (let run = 0; run < 40; run++) {
      let variants = variantsOf(100 / 3, 100 / 3, 100 / 3)
      let ranges = rangesOf(variants)
      for (let change = 0; change < 100; change++) {
        const shares = Array.from({ length: 2 + Math.floor(random() * 6) }, () => Math.floor(random() * 1000))
        const total = shares.reduce((sum, each) => sum + each, 0) || 1
        const [, ...others] = shares.map((each) => (100 * each) / total)
        const next = variantsOf(100 - others.reduce((sum, each) => sum + each, 0), ...others)
        const moved = moveRanges(ranges, next)
        expect(movedBetween(ranges, moved)).toBeCloseTo(leastBetween(variants, next), 5)
        for (const { name, weight } of next) {
          const owned = moved.reduce(
            (sum, { below, variant }, index) => sum + (variant === name ? below - (moved[index - 1]?.below ?? 0) : 0),
            0,
          )
          expect(owned).toBeCloseTo(weight, 5)
        }
        ;[variants, ranges] = [next, moved]
      }
      expect(ranges.length).toBeLessThan(400)
    }
  })

  it('give each variant its share of a million keys', () => {
    const variants = variantsOf(20, 50, 30)
    const ranges = moveRanges(moveRanges(rangesOf(variantsOf(34, 33, 33)), variantsOf(10, 80, 10)), variants)
    const counts = new Map<string, number>()
    for (let i = 0; i < 1_000_000; i++) {
      const name = pickVariant({ salt: 's', variants, ranges }, `u${i}`)?.name ?? ''
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    const chiSquare = variants.reduce((sum, { name, weight }) => {
      const expected = weight * 10_000
      return sum + ((counts.get(name) ?? 0) - expected) ** 2 / expected
    }, 0)
    // The 99.9th percentile of two degrees of freedom.
    expect(chiSquare).toBeLessThan(13.8)
  })
})
