import { describe, expect, it } from 'vitest'
import { Fields } from './fields.ts'
import { errorResponse } from './wire-error.ts'
import { compact, readJson } from './wire-json.ts'

const read = (text: string) => readJson(Buffer.from(text))

describe('readJson', () => {
  it.each([
    ['{"value": NaN, "other": -Infinity}', { value: 'NaN', other: '-Infinity' }],
    ['{"text": "NaN, \\"Infinity\\" and \\\\", "n": [NaN, 1]}', { text: 'NaN, "Infinity" and \\', n: ['NaN', 1] }],
    [JSON.stringify(JSON.stringify({ a: 1 })), { a: 1 }],
    ['', {}],
    ['null', {}],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each(['{', '[1]', '5', '"text"', '{"a": Nan}'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(/JSON/)
  })
})

describe('Fields', () => {
  const fields = new Fields({ step: '12', big: 2 ** 60, view: 2, flag: 'True', list: ['a', 3], pairs: [{ key: 'k' }] })

  it('takes integers as numbers or as strings, and refuses those a double cannot hold', () => {
    expect(fields.int('step')).toBe(12)
    expect(fields.int('none')).toBeUndefined()
    expect(() => fields.int('big')).toThrow('beyond 2^53')
    expect(() => fields.int('flag')).toThrow('Invalid value "True" for parameter \'flag\'')
  })

  it('takes an enum by its name or its number', () => {
    expect(fields.choice('view', ['A', 'B'])).toBe('B')
    expect(() => fields.choice('view', ['A'])).toThrow('Invalid value 2')
  })

  it('names the place of what is wrong inside a list', () => {
    const [first] = new Fields({ metrics: [{ key: 'm' }] }).messages('metrics')
    expect(() => first?.requiredInt('timestamp')).toThrow("'metrics[0].timestamp'")
    expect(fields.pairs('pairs')).toEqual({ k: '' })
    expect(fields.texts('list')).toEqual(['a', '3'])
    expect(fields.flag('flag')).toBe(true)
  })
})

it('leaves out what is not set', () => {
  expect(compact({ a: undefined, b: [], c: '', d: 0, e: ['x'] })).toEqual({ c: '', d: 0, e: ['x'] })
})

it('never answers a 5xx that says more than that something failed', () => {
  const { status, body } = errorResponse(new Error('secret path /etc'), 'req_1')
  expect(status).toBe(500)
  expect(JSON.stringify(body)).not.toContain('secret')
})
