import { expect, it } from 'vitest'
import type { Tensor } from '../../inference/tensor.ts'
import { cacheKey, createResponseCache } from './response-cache.ts'

const tensor = (values: number[], shape = [values.length]): Tensor => ({
  name: 'x',
  datatype: 'FP32',
  shape,
  data: Float32Array.from(values),
})
const text = (...data: string[]): Tensor => ({ name: 's', datatype: 'BYTES', shape: [data.length], data })

it('forgets what was least recently used, and never holds more than its limit', () => {
  const cache = createResponseCache(5000)
  // 400 bytes each with 100 more of values: nine fit.
  for (let i = 0; i < 9; i++) cache.set(`k${i}`, [tensor(new Array(25).fill(i))])
  expect(cache.get('k0')?.[0]?.data[0]).toBe(0)
  cache.set('k9', [tensor(new Array(25).fill(9))])
  cache.set('k10', [tensor(new Array(25).fill(10))])
  expect(cache.get('k1')).toBeUndefined()
  expect(cache.get('k0')).toBeDefined()
  expect(cache.get('k10')).toBeDefined()
})

it('does not let one answer drive out all others', () => {
  const cache = createResponseCache(8000)
  cache.set('small', [tensor([1])])
  cache.set('large', [tensor(new Array(1000).fill(1))])
  expect(cache.get('large')).toBeUndefined()
  expect(cache.get('small')).toBeDefined()
})

it('keeps a copy, not a view on the run that it came from', () => {
  const run = new Float32Array(1000)
  const cache = createResponseCache(100_000)
  cache.set('row', [{ ...tensor([0]), data: run.subarray(5, 6) }])
  run.fill(7)
  expect(cache.get('row')?.[0]?.data).toEqual(Float32Array.of(0))
  expect((cache.get('row')?.[0]?.data as Float32Array | undefined)?.buffer.byteLength).toBe(4)
})

it('tells apart what differs in version, shape, or where one text ends', () => {
  const keys = [
    cacheKey('v1', [tensor([1, 2])]),
    cacheKey('v2', [tensor([1, 2])]),
    cacheKey('v1', [tensor([1, 2], [1, 2])]),
    cacheKey('v1', [tensor([2, 1])]),
    cacheKey('v1', [text('ab', 'c')]),
    cacheKey('v1', [text('a', 'bc')]),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(cacheKey('v1', [tensor([1, 2])])).toBe(keys[0])
})
