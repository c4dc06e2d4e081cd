import { describe, expect, it } from 'vitest'
import { seededNormal, seededUniform } from './seeded.ts'
import { sortValues } from './sort-values.ts'

describe('sorting values', () => {
  it.each([0, 1, 10, 1999, 2000, 50_001])('orders %i values as the built-in sort does', (count) => {
    const [draw, uniform] = [seededNormal(count + 1), seededUniform(count)]
    const values = Float32Array.from({ length: count }, () => {
      const kind = uniform()
      if (kind < 0.1) return 0
      return kind < 0.5 ? Math.round(draw() * 10) : draw() * 10 ** Math.floor(uniform() * 60 - 30)
    })
    const given = values.slice()
    const sorted = sortValues(values)
    expect(sorted).toEqual(values.slice().sort())
    expect(values).toEqual(given)
  })
})
