import { describe, expect, it } from 'vitest'
import { randomHex, traceOf } from './trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const from = (traceparent: string | readonly string[], percent = 0) => traceOf('prd_1', { traceparent }, percent)

describe('the trace of a request', () => {
  it('is that of a caller who traces, whatever share is traced otherwise', () => {
    expect(from(`00-${traceId}-${parentId}-01`)).toEqual({ traceId, parentId })
    // Versions to come may have more behind it.
    expect(from(`01-${traceId}-${parentId}-03-more`)).toEqual({ traceId, parentId })
  })

  it('is none when the caller says so', () => {
    expect(from(`00-${traceId}-${parentId}-00`, 100)).toBeUndefined()
  })

  it.each([
    'nonsense',
    `ff-${traceId}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${traceId}-${parentId}-01more`,
  ])('ignores %s', (header) => {
    expect(from(header)).toBeUndefined()
    const own = from(header, 100)
    expect(own?.parentId).toBeUndefined()
    expect(own?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(own?.traceId).not.toBe(traceId)
  })

  it('is made for the wanted share of those without one, the same at every try', () => {
    const ids = Array.from({ length: 4000 }, (_, index) => `prd_${index}`)
    const traced = ids.filter((id) => traceOf(id, {}, 10) !== undefined)
    expect(traced.length / ids.length).toBeGreaterThan(0.08)
    expect(traced.length / ids.length).toBeLessThan(0.12)
    expect(ids.filter((id) => traceOf(id, undefined, 10) !== undefined)).toEqual(traced)
    expect(ids.some((id) => traceOf(id, {}, 0) !== undefined)).toBe(false)
  })

  it('has ids that do not repeat', () => {
    const ids = Array.from({ length: 5000 }, () => randomHex(8))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true)
  })
})
