import { expect, it } from 'vitest'
import { splitAfter } from './split.ts'

const variantsOf = (...weights: number[]) => weights.map((weight, index) => ({ name: 'abc'[index] ?? '', weight }))

it('a change of weights moves the fewest keys and keeps the salt', () => {
  const before = { name: 'demo', variants: variantsOf(80, 10, 10), split: undefined }
  const next = splitAfter(before, { variants: variantsOf(70, 10, 20) })
  // The third owned [0, 10), the second [10, 20): what the first gives is all that moves.
  expect(next).toEqual({
    salt: 'demo',
    ranges: [
      { below: 10, variant: 'c' },
      { below: 20, variant: 'b' },
      { below: 90, variant: 'a' },
      { below: 100, variant: 'c' },
    ],
  })
  const back = splitAfter({ ...before, variants: variantsOf(70, 10, 20), split: next }, before)
  expect(back?.ranges.at(-1)).toEqual({ below: 100, variant: 'a' })
})

it('an experiment deals the keys anew and keeps its salt to its end', () => {
  const single = { name: 'demo', variants: variantsOf(100), split: undefined }
  const started = splitAfter(single, { variants: variantsOf(50, 50), salt: 'abt_1' })
  expect(started?.salt).toBe('abt_1')
  const later = splitAfter(
    { name: 'demo', variants: variantsOf(50, 50), split: started },
    { variants: variantsOf(90, 10) },
  )
  expect(later?.salt).toBe('abt_1')
  expect(splitAfter({ name: 'demo', variants: variantsOf(90, 10), split: later }, { variants: variantsOf(100) })).toBe(
    undefined,
  )
  expect(splitAfter(single, { variants: variantsOf(90, 10) })?.salt).toBe('demo')
})
