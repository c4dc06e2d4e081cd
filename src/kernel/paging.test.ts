import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor, toPage } from './paging.ts'

describe('paging', () => {
  it('has a cursor while there is more, and none on the last page', () => {
    const keyOf = (row: number) => [row]
    expect(toPage([1, 2, 3], 2, keyOf)).toEqual({ items: [1, 2], nextCursor: encodeCursor([2]) })
    expect(toPage([1, 2], 2, keyOf)).toEqual({ items: [1, 2] })
    expect(toPage([], 2, keyOf)).toEqual({ items: [] })
  })

  it('reads back the key it wrote, with text of any kind', () => {
    expect(decodeCursor(encodeCursor(['Zürich/✈', 7]), 2)).toEqual(['Zürich/✈', 7])
  })

  it('refuses what was not made by this list', () => {
    for (const cursor of [
      'nonsense',
      encodeCursor([1, 2, 3]),
      'e30',
      Buffer.from('[{}, null]').toString('base64url'),
    ]) {
      expect(() => decodeCursor(cursor, 2)).toThrow('was not made by this list')
    }
  })
})
