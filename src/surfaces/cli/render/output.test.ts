import { describe, expect, it } from 'vitest'
import { renderOutput } from './output.ts'
import { cut, textWidth } from './text-width.ts'
import { valueText } from './value-text.ts'

const now = Date.UTC(2026, 10, 21, 12)
const pipe = { isInteractive: false, columns: 20, hasColor: false }
const terminal = (columns: number) => ({ isInteractive: true, columns, hasColor: false })

describe('an answer on the terminal', () => {
  it('is a table when it is a list: numbers to the right, times as people say them', () => {
    const items = [
      { id: 'run_1', name: 'a', sizeBytes: 1500, createdAt: now - 90_000, source: { type: 'x' } },
      { id: 'run_22', name: '船', sizeBytes: 12, createdAt: now - 9 * 86_400_000, source: { type: 'y' } },
    ]
    expect(renderOutput({ items, nextCursor: 'abc' }, pipe, now)).toBe(
      [
        'id      name  sizeBytes         createdAt',
        'run_1   a        1.5 kB         1 min ago',
        'run_22  船         12 B  2026-11-12 12:00',
        '',
      ].join('\n'),
    )
  })

  it('fits the width: columns go from the right, then texts are cut, and ids stay whole', () => {
    const items = [
      { id: 'run_0123456789', note: 'a rather long note on what happened', who: 'somebody', more: 'x'.repeat(40) },
    ]
    const lines = renderOutput({ items }, terminal(40), now).trimEnd().split('\n')
    expect(lines[1]).toBe('run_0123456789  a rather long note on w…')
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(40)
  })

  it('is a record otherwise, without what is empty and with its lists below', () => {
    const record = {
      id: 'run_1',
      tags: { a: 'b' },
      endedAt: null,
      source: {},
      steps: [{ name: 's', tookMs: 61_000 }],
      note: 'one\ntwo',
    }
    expect(renderOutput(record, pipe, now)).toBe(
      'id    run_1\ntags  a=b\nnote  one\n      two\n\nsteps\nname     tookMs\ns     1 min 1 s\n',
    )
  })

  it('paints headings only where colors show', () => {
    const colored = renderOutput([{ a: 1 }], { ...terminal(80), hasColor: true }, now)
    expect(colored).toBe('\u001b[1ma\u001b[0m\n1\n')
  })
})

describe('a value', () => {
  it.each([
    ['sizeBytes', 999, '999 B'],
    ['sizeBytes', 12_345_678, '12 MB'],
    ['tookMs', 12, '12 ms'],
    ['tookMs', 3_723_000, '1 h 2 min'],
    ['startedAt', now - 5_000, '5 s ago'],
    ['value', 0.123456789, '0.123457'],
    ['isReady', true, 'yes'],
    ['names', ['a', 'b'], 'a, b'],
  ])('%s %j reads %s', (name, value, text) => {
    expect(valueText(name, value, now)).toBe(text)
  })

  it('is cut by cells, not by characters', () => {
    expect(cut('日本語テキスト', 7)).toBe('日本語…')
    expect(textWidth('e\u0301🚢')).toBe(3)
  })
})
