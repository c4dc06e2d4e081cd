import { expect, it } from 'vitest'
import { mediaTypeOf, tableOf, viewerOf } from './viewer.ts'

it('knows how a file is shown by its name, and shows nothing that is too large to read', () => {
  expect(viewerOf('plots/roc.PNG', 10)).toBe('image')
  expect(viewerOf('model/MLmodel', 10)).toBe('text')
  expect(viewerOf('a.json', 2_000_000)).toBe('none')
  expect(viewerOf('scores.parquet', 5e9)).toBe('table')
  expect(viewerOf('weights.bin', 10)).toBe('none')
  expect([mediaTypeOf('a.svg', 'image'), mediaTypeOf('a.png', 'image')]).toEqual(['image/svg+xml', 'image/png'])
})

it('finds the table in what clients write as JSON', () => {
  expect(tableOf({ columns: ['a', 'b'], data: [[1, 2]] })).toEqual({ columns: ['a', 'b'], rows: [[1, 2]] })
  expect(tableOf([{ a: 1 }, { b: 2 }])).toEqual({
    columns: ['a', 'b'],
    rows: [
      [1, undefined],
      [undefined, 2],
    ],
  })
  expect(tableOf([1, 2])).toBeUndefined()
  expect(tableOf({ columns: ['a'], data: 'x' })).toBeUndefined()
})
