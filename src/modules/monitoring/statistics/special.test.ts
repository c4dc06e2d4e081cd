import { describe, expect, it } from 'vitest'
import { chiSquareQuantile, chiSquareTail, erfc, normalTail, upperGamma } from './special.ts'

// Expected values were computed with scipy 1.17.
const close = (value: number, expected: number, relative = 1e-12) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected))

describe('special functions', () => {
  it.each([
    [0.5, 0.2, 0.5270892568655381],
    [5, 3, 0.8152632445237722],
    [5, 30, 3.6243009520614924e-9],
    [50, 40, 0.9296649333406051],
    [1, 1e-9, 0.999999999],
  ])('gives Q(%f, %f)', (a, x, expected) => close(upperGamma(a, x), expected))

  it.each([
    [0.1, 0.8875370839817152],
    [0.5, 0.4795001221869535],
    [1.5, 0.03389485352468927],
    [3, 2.2090496998585445e-5],
    [-0.7, 1.6778011938374182],
    [10, 2.0884875837625446e-45],
  ])('gives erfc(%f)', (x, expected) => close(erfc(x), expected))

  it('keeps relative precision far in the tails', () => {
    close(chiSquareTail(1000, 10), 1.87029e-208, 1e-5)
    close(normalTail(6), 9.865876450376946e-10)
  })

  it.each([
    [1, 3.8414588206941285],
    [4, 9.487729036781158],
    [9, 16.91897760462045],
    [29, 42.55696780429265],
  ])('finds the 95 %% quantile of chi-square with %i degrees', (degrees, expected) =>
    close(chiSquareQuantile(0.05, degrees), expected, 1e-10),
  )
})
