import { expect, it } from 'vitest'
import { inOrder, moved } from './column-order.ts'

const items = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
const ids = (order: readonly string[]) => inOrder(items, order).map(({ id }) => id)

it('puts a column where another stands, in both directions', () => {
  expect(ids(moved(['a', 'b', 'c', 'd', 'e'], 'd', 'b'))).toEqual(['a', 'd', 'b', 'c', 'e'])
  expect(ids(moved(['a', 'b', 'c', 'd', 'e'], 'a', 'c'))).toEqual(['b', 'c', 'a', 'd', 'e'])
})

it('remembers no more than it must', () => {
  expect(moved(['a', 'b', 'c', 'd', 'e'], 'b', 'a')).toEqual(['b', 'a'])
})

it('keeps what was never moved after what was', () => {
  expect(ids(['c'])).toEqual(['c', 'a', 'b', 'd', 'e'])
})
