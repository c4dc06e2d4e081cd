import { describe, expect, it } from 'vitest'
import { renderPreview, renderProfile } from './render.ts'

describe('a table on the terminal', () => {
  it('has columns under each other, numbers to the right, times that people can read', () => {
    const text = renderPreview({
      paths: ['f.parquet'],
      columns: [
        { name: 'at', kind: 'time', type: 'TIMESTAMP' },
        { name: 'delay', kind: 'integer', type: 'BIGINT' },
        { name: 'note', kind: 'text', type: 'VARCHAR' },
      ],
      rows: [
        { at: 0, delay: -1116, note: 'a\nb' },
        { at: null, delay: 7, note: 'x'.repeat(50) },
      ],
      rowCount: 3_000_000,
    })
    expect(text).toBe(
      [
        'at                    delay  note',
        '1970-01-01T00:00:00Z  -1116  a b',
        `                          7  ${'x'.repeat(39)}…`,
        '',
        '2 of 3000000 rows of f.parquet',
      ].join('\n'),
    )
  })

  it('sums up a column in a line', () => {
    const text = renderProfile({
      paths: ['a.csv', 'b.csv'],
      rowCount: 1000,
      columns: [
        {
          name: 'delay',
          kind: 'number',
          type: 'DOUBLE',
          nullCount: 125,
          distinctCount: 80,
          min: -5,
          max: 60.123456,
          mean: 2 / 3,
          quantiles: { p05: 0, p25: 0, p50: 0.5, p75: 0, p95: 0 },
        },
        {
          name: 'from',
          kind: 'text',
          type: 'VARCHAR',
          nullCount: 0,
          distinctCount: 3,
          top: [{ value: 'ATL', count: 500 }],
        },
      ],
    })
    expect(text).toBe(
      [
        'column  type     missing  distinct  min  median      mean      max  most frequent',
        'delay   DOUBLE    12.5 %        80   -5     0.5  0.666667  60.1235',
        'from    VARCHAR      0 %         3                                  ATL (50.0 %)',
        '',
        '1000 rows of a.csv, b.csv',
      ].join('\n'),
    )
  })
})
