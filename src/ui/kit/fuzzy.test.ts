import { expect, it } from 'vitest'
import { fuzzyScore } from './fuzzy.ts'

const rank = (query: string, texts: string[]) =>
  texts
    .map((text) => [text, fuzzyScore(text, query)] as const)
    .filter(([, score]) => score > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([text]) => text)

it('finds letters in order and drops what lacks one', () => {
  expect(rank('fd', ['flight-delay', 'credit', 'delay-flight'])).toEqual(['flight-delay'])
})

it('puts an exact start before a match inside, and that before scattered letters', () => {
  expect(rank('run', ['re-unite now', 'a rerun', 'runs'])).toEqual(['runs', 'a rerun', 're-unite now'])
})

it('takes the words of a query in any order', () => {
  expect(rank('delay flight', ['flight-delay', 'flight'])).toEqual(['flight-delay'])
})

it('matches everything with an empty query', () => {
  expect(fuzzyScore('anything', ' ')).toBeGreaterThan(0)
})
