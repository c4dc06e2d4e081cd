import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { MarkdownView } from './markdown-view.tsx'

const html = (text: string) =>
  renderToStaticMarkup(createElement(MarkdownView, { text }))
    .replace(/^<div[^>]*>/, '')
    .replace(/<\/div>$/, '')

it('draws headings, paragraphs, lists in lists, tables, quotes and code', () => {
  expect(html('# Tides\n\nFirst **strong** `code` *em*')).toBe(
    '<h2 data-level="1">Tides</h2><p>First <strong>strong</strong> <code>code</code> <em>em</em></p>',
  )
  expect(html('- one\n  - inner\n- two')).toBe('<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>')
  expect(html('3. c\n4. d')).toBe('<ol start="3"><li>c</li><li>d</li></ol>')
  expect(html('| a | b |\n|---|--:|\n| 1 | 2 |')).toBe(
    '<table><thead><tr><th>a</th><th align="right">b</th></tr></thead><tbody><tr><td>1</td><td align="right">2</td></tr></tbody></table>',
  )
  expect(html('> said')).toBe('<blockquote><p>said</p></blockquote>')
  expect(html('```\n# no heading')).toBe('<pre># no heading</pre>')
})

it('shows HTML as the text it is, and loads nothing that the text names', () => {
  expect(html('a <b onclick="x()">bold</b>')).toBe('<p>a &lt;b onclick=&quot;x()&quot;&gt;bold&lt;/b&gt;</p>')
  expect(html('<script>x()</script>')).toBe('&lt;script&gt;x()&lt;/script&gt;')
  expect(html('![plot](https://a.example/p.png)')).toBe(
    '<p><a href="https://a.example/p.png" rel="noreferrer">plot</a></p>',
  )
})

it('makes a link of an address and of nothing that could run', () => {
  expect(html('[docs](https://a.example) [runs](/runs)')).toBe(
    '<p><a href="https://a.example" rel="noreferrer">docs</a> <a href="/runs" rel="noreferrer">runs</a></p>',
  )
  for (const url of [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    '//evil.example',
    '/\\evil.example',
    'data:text/html,x',
  ])
    expect(html(`[x](${url})`)).not.toContain('<a')
})
