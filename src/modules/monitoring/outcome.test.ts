import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { positiveClass, toOutcome } from './outcome.ts'

const outcome = (outputs: Record<string, Json>, label: Json) => toOutcome({ outputs, label })

describe('outcomes', () => {
  it('reads a class and a pair of probabilities', () => {
    expect(outcome({ output_label: 1, output_probability: [0.3, 0.7] }, true)).toEqual({
      actual: '1',
      predicted: '1',
      score: 0.7,
    })
    expect(outcome({ label: 'good', p: [0.9, 0.1] }, 'bad')).toEqual({ actual: 'bad', predicted: 'good', score: 0.1 })
  })

  it('takes a probability as score and class', () => {
    expect(outcome({ probability: 0.61 }, 0)).toEqual({ actual: '0', predicted: '1', score: 0.61 })
    expect(toOutcome({ outputs: { late: 0.2, other: 7 }, label: false }, 'late')).toMatchObject({
      actual: '0',
      score: 0.2,
    })
  })

  it('takes a single output that is no probability as the class', () => {
    expect(outcome({ y: 'cat' }, 'dog')).toEqual({ actual: 'dog', predicted: 'cat' })
    expect(outcome({ y: 3 }, '3')).toEqual({ actual: '3', predicted: '3' })
  })

  it('knows nothing without a label or an understandable answer', () => {
    expect(toOutcome({ outputs: { probability: 0.5 } })).toBeUndefined()
    expect(outcome({ probability: 0.5 }, null)).toBeUndefined()
    expect(outcome({ embedding: [1, 2, 3] }, 1)).toBeUndefined()
  })

  it('finds the positive class', () => {
    const binary = [{ actual: '0', predicted: '1' }]
    expect(positiveClass(binary, undefined)).toBe('1')
    expect(positiveClass([{ actual: 'cat', predicted: 'dog' }], undefined)).toBeUndefined()
    expect(positiveClass(binary, true)).toBe('1')
    expect(positiveClass(binary, 'late')).toBe('late')
  })
})
