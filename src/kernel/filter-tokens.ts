import { defineErrors, type Joined } from './errors.ts'

/** The words of a filter with the place of each, so that every problem can point at its character. */

export type TokenKind = 'word' | 'string' | 'backtick' | 'number' | 'operator' | 'punctuation' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** Strings without their quotes. */
  readonly text: string
  /** Index of the first character in the filter, from 0. */
  readonly at: number
}

export const filterErrors = defineErrors({
  filter_invalid: ['invalid', 'The filter is not valid at character {character}: {problem}.\n  {filter}\n  {pointer}'],
  order_invalid: ['invalid', 'The order "{order}" is not valid: {problem}.', 'Write a field, then ASC or DESC.'],
})

declare module './errors.ts' {
  interface DeclaredErrors extends Joined<typeof filterErrors> {}
}

/** The error that shows the filter with a caret under the character. */
export function filterProblem(filter: string, at: number, problem: string) {
  // A window of the filter, so that the caret lines up with it however long the filter is.
  const start = Math.max(0, at - 60)
  const shown = filter.slice(start, at + 60).replace(/\s/g, ' ')
  const details = { character: at + 1, problem, filter: shown, pointer: `${' '.repeat(at - start)}^` }
  return filterErrors.filter_invalid(details, { fields: [{ path: 'filter', message: problem, value: filter }] })
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['number', /[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?(?![\w])/y],
  ['word', /[\p{L}_][\p{L}\p{N}_.\-/:]*/uy],
  ['string', /'([^']*)'|"([^"]*)"/y],
  ['backtick', /`([^`]*)`/y],
  ['operator', /!=|<>|<=|>=|==|=|<|>/y],
  ['punctuation', /[(),.]/y],
]

export function tokenize(filter: string): Token[] {
  const tokens: Token[] = []
  let at = skipSpace(filter, 0)
  while (at < filter.length) {
    const token = nextToken(filter, at)
    tokens.push(token.token)
    at = skipSpace(filter, token.end)
  }
  tokens.push({ kind: 'end', text: '', at: filter.length })
  return tokens
}

function nextToken(filter: string, at: number): { token: Token; end: number } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const match = pattern.exec(filter)
    if (match === null) continue
    // A word ends before a trailing dot when a quoted part follows: tags.`a b`.
    const whole = kind === 'word' ? match[0].replace(/\.$/, '') : match[0]
    const text = kind === 'string' || kind === 'backtick' ? (match[1] ?? match[2] ?? '') : whole
    return { token: { kind, text, at }, end: at + whole.length }
  }
  const character = filter.charAt(at)
  const isOpen = character === "'" || character === '"' || character === '`'
  throw filterProblem(
    filter,
    at,
    isOpen ? `the quote ${character} is never closed` : `"${character}" means nothing here`,
  )
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text.charAt(at))) at++
  return at
}
