import { describe, expect, it } from 'vitest'
import { latencyBucket, type PredictionRecord, percentile } from '../../platform/inference/index.ts'
import { shortFloat, toRows } from './rows.ts'

const record = (changes: Partial<PredictionRecord>): PredictionRecord => ({
  kind: 'prediction',
  id: 'prd_1',
  deployment: 'demo',
  variant: 'v1',
  modelVersionId: 'mdv_1',
  requestId: null,
  at: 5,
  eventAt: null,
  latencyUs: 100,
  inputs: [['x', 'FP32', [2, 2], [Math.fround(0.1), 2, 3, 4]]],
  outputs: [
    ['label', 'INT64', [2], [0, 1]],
    ['probabilities', 'FP32', [2, 2], [0.75, 0.25, 0.5, 0.5]],
  ],
  unit: null,
  ...changes,
})

describe('rows of a recorded request', () => {
  it('name the columns of a matrix by the model features', () => {
    expect(toRows(record({}), ['age', 'income'])).toEqual([
      { id: 'prd_1.0', inputs: { age: 0.1, income: 2 }, outputs: { label: 0, probabilities: [0.75, 0.25] } },
      { id: 'prd_1.1', inputs: { age: 3, income: 4 }, outputs: { label: 1, probabilities: [0.5, 0.5] } },
    ])
  })

  it('number the columns when the names do not fit', () => {
    expect(toRows(record({}), ['age'])[0]?.inputs).toEqual({ 'x.0': 0.1, 'x.1': 2 })
  })

  it('keep the id of the request when there is one row', () => {
    const one = record({
      inputs: [
        ['age', 'FP32', [1, 1], [30]],
        ['city', 'BYTES', [1, 1], ['Oslo']],
      ],
      outputs: [['y', 'FP32', [1], [null]]],
    })
    expect(toRows(one, undefined)).toEqual([{ id: 'prd_1', inputs: { age: 30, city: 'Oslo' }, outputs: { y: null } }])
  })

  it('keep a request whole when its tensors have no common first dimension', () => {
    const odd = record({ outputs: [['sum', 'FP32', [1], [7]]] })
    expect(toRows(odd, undefined)).toMatchObject([{ id: 'prd_1', outputs: { sum: { shape: [1], values: [7] } } }])
  })

  it('write float32 values as people typed them, without changing them', () => {
    for (const value of [0.1, 1 / 3, 16777217, 1e-40, 123456.78]) {
      const single = Math.fround(value)
      expect(Math.fround(Number(shortFloat(single)))).toBe(single)
    }
    expect(shortFloat(Math.fround(0.1))).toBe(0.1)
  })
})

describe('latency buckets', () => {
  it('give percentiles right to seven percent', () => {
    const buckets: Record<string, number> = {}
    for (let us = 1; us <= 10_000; us++) buckets[latencyBucket(us)] = (buckets[latencyBucket(us)] ?? 0) + 1
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const estimate = percentile(buckets, share) ?? 0
      expect(Math.abs(estimate / (share * 10_000) - 1)).toBeLessThan(0.08)
    }
    expect(percentile({}, 0.5)).toBeUndefined()
  })
})
