import { expect, it } from 'vitest'
import { interpolate } from './interpolate.ts'

const corners = [
  { x: 0, y: 0, z: 1 },
  { x: 10, y: 0, z: 1 },
  { x: 0, y: 100, z: 5 },
  { x: 10, y: 100, z: 5 },
]

it('stays within what was measured and follows it', () => {
  const { values, size } = interpolate(corners, 10)
  expect(Math.min(...values)).toBeGreaterThanOrEqual(1)
  expect(Math.max(...values)).toBeLessThanOrEqual(5)
  const [bottom, top] = [values[4] ?? 0, values[size * (size - 1) + 4] ?? 0]
  expect(bottom).toBeLessThan(3)
  expect(top).toBeGreaterThan(3)
})

it('is the mean in the middle of equal distances, whatever the units of the axes', () => {
  expect(interpolate(corners, 1).values[0]).toBeCloseTo(3, 12)
})

it('has room for samples that share an axis', () => {
  const { x } = interpolate([{ x: 4, y: 1, z: 0 }], 2)
  expect(x).toEqual({ low: 2, high: 6 })
})
