import { describe, expect, it } from 'vitest'
import { isSameClass, readOutcome } from './outcome.ts'
import { qualityOf } from './quality.ts'

describe('reading a prediction', () => {
  it('finds class and probabilities under the names converters give', () => {
    expect(readOutcome({ label: 1, probabilities: [0.2, 0.8] })).toEqual({ predicted: 1, probabilities: [0.2, 0.8] })
    expect(readOutcome({ output_label: 'cat', output_probability: [0.9, 0.1] })).toMatchObject({ predicted: 'cat' })
  })

  it('takes one number under a telling name as the probability of class 1', () => {
    expect(readOutcome({ probability: 0.75 })).toEqual({ predicted: 1, probabilities: [0.25, 0.75] })
    expect(readOutcome({ y: 0.25 }, 'y')).toEqual({ predicted: 0, probabilities: [0.75, 0.25] })
  })

  it('does not take a plain number for a probability', () => {
    expect(readOutcome({ price: 0.5 })).toEqual({ predicted: 0.5 })
  })

  it('compares classes however they are written', () => {
    expect(isSameClass(1, true)).toBe(true)
    expect(isSameClass(0, '0')).toBe(true)
    expect(isSameClass('cat', 'dog')).toBe(false)
    expect(isSameClass(1, 0)).toBe(false)
  })
})

describe('quality', () => {
  // By hand: scores 0.9 0.8 0.4 0.3 with labels 1 0 1 0: of the four pairs (positive, negative) three are in order.
  const rows = [
    { probabilities: [0.1, 0.9], predicted: 1, label: 1 },
    { probabilities: [0.2, 0.8], predicted: 1, label: 0 },
    { probabilities: [0.6, 0.4], predicted: 0, label: 1 },
    { probabilities: [0.7, 0.3], predicted: 0, label: 0 },
  ]

  it('is accuracy, mean log loss and area under the curve', () => {
    const { accuracy, logLoss, auc } = qualityOf(rows)
    expect(accuracy).toBe(0.5)
    expect(logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.2) + Math.log(0.4) + Math.log(0.7)) / 4, 12)
    expect(auc).toBe(0.75)
  })

  it('counts ties half', () => {
    const tied = rows.map((row) => ({ ...row, probabilities: [0.5, 0.5] }))
    expect(qualityOf(tied).auc).toBe(0.5)
  })

  it('is absent where the rows do not carry it', () => {
    expect(qualityOf([])).toEqual({})
    expect(qualityOf([{ predicted: 'cat', label: 'cat' }])).toEqual({ accuracy: 1 })
    expect(qualityOf(rows.slice(0, 1)).auc).toBeUndefined()
  })
})
