import { expect, it } from 'vitest'
import { diffLines } from './line-diff.ts'

const show = (before: string, after: string) =>
  diffLines(before.split(''), after.split(''))
    .map(({ change, text }) => (change === 'added' ? '+' : change === 'removed' ? '-' : ' ') + text)
    .join('')

it('marks what was added and removed and keeps the rest', () => {
  expect(show('abcd', 'abXd')).toBe(' a b-c+X d')
  expect(show('abc', 'abc')).toBe(' a b c')
  expect(show('b', 'ab')).toBe('+a b')
})

it('gives back both texts whatever they are', () => {
  const before = 'the quick brown fox'.split('')
  const after = 'a quick red fox jumps'.split('')
  const lines = diffLines(before, after)
  expect(lines.filter(({ change }) => change !== 'added').map(({ text }) => text)).toEqual(before)
  expect(lines.filter(({ change }) => change !== 'removed').map(({ text }) => text)).toEqual(after)
})
