import { expect, it } from 'vitest'
import { cellLabels } from './distribution.ts'

it('names ranges with open ends, and takes categories as they are', () => {
  expect(cellLabels({ edges: [null, 0, 2.5, null], reference: [0.2, 0.5, 0.3], current: [0, 0, 1] })).toEqual([
    '< 0',
    '0 – 2.5',
    '≥ 2.5',
  ])
  expect(cellLabels({ categories: ['a', 'b'], reference: [1, 0], current: [0, 1] })).toEqual(['a', 'b'])
})
