import { expect, it } from 'vitest'
import { parseInline, parseMarkdown } from './markdown.ts'

it('reads headings, paragraphs, lists, tables, quotes and code', () => {
  const text = ['# Tides', '', 'First line', 'second line', '- one', '  more', '- two', '', '| a | b |', '|---|---|']
  const rest = ['| 1 | 2 |', '> said', '```', '# no heading', '```', '---', '1. first']
  expect(parseMarkdown([...text, ...rest].join('\n'))).toEqual([
    { kind: 'heading', level: 1, text: 'Tides' },
    { kind: 'paragraph', text: 'First line second line' },
    { kind: 'list', isOrdered: false, items: ['one more', 'two'] },
    { kind: 'table', head: ['a', 'b'], rows: [['1', '2']] },
    { kind: 'quote', text: 'said' },
    { kind: 'code', text: '# no heading' },
    { kind: 'rule' },
    { kind: 'list', isOrdered: true, items: ['first'] },
  ])
})

it('ends with an open block of code', () => {
  expect(parseMarkdown('```\nnever closed')).toEqual([{ kind: 'code', text: 'never closed' }])
})

it('makes a link of an address and of nothing that could run', () => {
  expect(parseInline('see [docs](https://a.example) and `x` **b** *c*').map(({ kind }) => kind)).toEqual(
    'text link text code text strong text emphasis'.split(' '),
  )
  for (const url of ['javascript:alert(1)', '//evil.example', 'data:text/html,x']) {
    expect(parseInline(`[x](${url})`).every(({ kind }) => kind === 'text')).toBe(true)
  }
})
