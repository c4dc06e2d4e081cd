import { expect, it } from 'vitest'
import { associate, ranks } from './association.ts'

it('ranks equal values by the middle of their places', () => {
  expect(ranks([10, 30, 20, 20])).toEqual([1, 4, 2.5, 2.5])
})

it('sees any rising or falling relation of numbers as whole', () => {
  expect(
    associate([
      [1, 1],
      [2, 8],
      [3, 27],
      [4, 64],
    ]),
  ).toEqual({ strength: 1, sign: 1, count: 4 })
  expect(
    associate([
      [1, 0.9],
      [10, 0.5],
      [100, 0.1],
    ])?.sign,
  ).toBe(-1)
})

it('agrees with the textbook', () => {
  // Hours of television and IQ, the example of Spearman's coefficient on Wikipedia: rho = -29/165.
  const hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]
  const iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
  const found = associate(hours.map((value, index) => [value, iq[index] ?? 0] as const))
  expect(found?.sign).toBe(-1)
  expect(found?.strength).toBeCloseTo(29 / 165, 10)
})

it('measures words by how far their groups lie apart', () => {
  expect(
    associate([
      ['a', 1],
      ['a', 1],
      ['b', 5],
      ['b', 5],
    ]),
  ).toEqual({ strength: 1, sign: 0, count: 4 })
  expect(
    associate([
      ['a', 1],
      ['b', 1],
      ['a', 5],
      ['b', 5],
    ])?.strength,
  ).toBe(0)
})

it('says nothing of two runs, and nothing goes with what never changes', () => {
  expect(
    associate([
      [1, 1],
      [2, 2],
    ]),
  ).toBeUndefined()
  expect(
    associate([
      [1, 1],
      [1, 2],
      [1, 3],
    ])?.strength,
  ).toBe(0)
})
