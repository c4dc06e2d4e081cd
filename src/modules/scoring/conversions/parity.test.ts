import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../../platform/inference/index.ts'
import { compareAnswers, describeParity, isWithin } from './parity.ts'

const numbers = (...values: number[]): Tensor[] => [
  { name: 'value', datatype: 'FP64', shape: [1, values.length], data: new Float64Array(values) },
]
const label = (text: string | null): Tensor[] => [{ name: 'label', datatype: 'BYTES', shape: [1], data: [text] }]

describe('parity', () => {
  it('measures a difference in parts of the expected value', () => {
    const [value] = compareAnswers([numbers(1000), numbers(1000)], [numbers(1000), numbers(1001)])
    expect(value).toEqual({ name: 'value', disagreementCount: 0, maxAbsolute: 1, maxRelative: 0.001 })
  })

  it('measures it in parts of the mean size where the value itself is almost nothing', () => {
    // |1| and |1e-9|: their mean is a half, and a thousandth is 0.002 of it.
    const [value] = compareAnswers([numbers(1), numbers(1e-9)], [numbers(1), numbers(1e-3)])
    expect(value?.maxRelative).toBeCloseTo(0.002, 5)
  })

  it('counts labels that are others, and lets no tolerance excuse them', () => {
    const outputs = compareAnswers([label('yes'), label('no'), label(null)], [label('yes'), label('yes'), label(null)])
    expect(outputs).toEqual([{ name: 'label', disagreementCount: 1 }])
    expect(isWithin(outputs, 1)).toBe(false)
    expect(describeParity(compareAnswers([label('yes')], [label('yes')]))).toBe('"label" is the same')
    expect(describeParity(outputs)).toBe('1 value of "label" are others')
  })

  it('takes NaN for NaN only', () => {
    expect(compareAnswers([numbers(Number.NaN)], [numbers(Number.NaN)])[0]?.disagreementCount).toBe(0)
    expect(compareAnswers([numbers(Number.NaN)], [numbers(0)])[0]?.disagreementCount).toBe(1)
    expect(compareAnswers([numbers(1)], [numbers(Number.NaN)])[0]?.disagreementCount).toBe(1)
  })

  it('takes another shape, another type or no answer for a disagreement in every value', () => {
    const flat: Tensor[] = [{ name: 'value', datatype: 'FP64', shape: [2], data: new Float64Array([1, 2]) }]
    const single: Tensor[] = [{ name: 'value', datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) }]
    for (const given of [flat, single, []])
      expect(compareAnswers([numbers(1, 2)], [given])[0]?.disagreementCount).toBe(2)
  })

  it('is within a tolerance that it reaches exactly', () => {
    const outputs = compareAnswers([numbers(4)], [numbers(5)])
    expect([isWithin(outputs, 0.25), isWithin(outputs, 0.24)]).toEqual([true, false])
  })
})
