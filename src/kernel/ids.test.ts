import { describe, expect, it } from 'vitest'
import { createIds } from './ids.ts'

describe('ids', () => {
  it('are a prefix and 26 characters of Crockford base 32, as the ULID specification has them', () => {
    // The example of the ULID specification: 2016-07-30T23:54:10.259Z is 01ARZ3NDEK.
    const ids = createIds(
      () => Date.UTC(2016, 6, 30, 23, 54, 10, 259),
      (bytes) => bytes.fill(0),
    )
    expect(ids('run')).toBe('run_01arz3ndek0000000000000000')
  })

  it('sort in order of creation, also within one millisecond and when the clock goes back', () => {
    const times = [5, 5, 5, 4, 6]
    const ids = createIds(() => times.shift() ?? 6)
    const made = Array.from({ length: 5 }, () => ids('a'))
    expect([...made].sort()).toEqual(made)
    expect(new Set(made).size).toBe(5)
  })

  it('carry over from one random byte to the next', () => {
    const ids = createIds(
      () => 0,
      (bytes) => bytes.fill(0xff, 9),
    )
    ids('a')
    expect(ids('a').slice(-4)).toBe('0080')
  })
})
