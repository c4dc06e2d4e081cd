import { expect, it } from 'vitest'
import { stripAnsi } from './ansi.ts'

it('removes colors, cursor moves and links', () => {
  expect(stripAnsi('\u001b[1;31merror\u001b[0m: \u001b[2Kgone')).toBe('error: gone')
  expect(stripAnsi('\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007')).toBe('link')
})

it('keeps what a progress bar ends with', () => {
  expect(stripAnsi('10%\r50%\r100%')).toBe('100%')
  expect(stripAnsi('windows line\r')).toBe('windows line')
})
