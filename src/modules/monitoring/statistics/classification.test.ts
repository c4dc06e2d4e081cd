import { describe, expect, it } from 'vitest'
import { classificationMetrics } from './classification.ts'

const truth = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0]
const scores = [0.9, 0.4, 0.6, 0.35, 0.4, 0.1, 0.8, 0.7, 0.6, 0.2]
const outcomes = truth.map((actual, i) => ({
  actual: String(actual),
  predicted: (scores[i] ?? 0) >= 0.5 ? '1' : '0',
  score: scores[i],
}))

describe('classification metrics', () => {
  it('agrees with scikit-learn', () => {
    const metrics = classificationMetrics(outcomes, '1')
    expect(metrics.accuracy).toBeCloseTo(0.8, 12)
    expect(metrics.precision).toBeCloseTo(0.8, 12)
    expect(metrics.recall).toBeCloseTo(0.8, 12)
    expect(metrics.f1).toBeCloseTo(0.8, 12)
    expect(metrics.logLoss).toBeCloseTo(0.49541055578326487, 12)
    expect(metrics.brier).toBeCloseTo(0.16525000000000004, 12)
    expect(metrics.auc).toBeCloseTo(0.8, 12)
  })

  it('clips certain but wrong probabilities as scikit-learn does', () => {
    const wrong = [
      { actual: '1', predicted: '0', score: 0 },
      { actual: '0', predicted: '1', score: 1 },
    ]
    expect(classificationMetrics(wrong, '1').logLoss).toBeCloseTo(36.04365338911715, 9)
  })

  it('leaves out what the data cannot give', () => {
    expect(classificationMetrics([], '1')).toEqual({})
    const oneClass = [{ actual: '0', predicted: '0', score: 0.2 }]
    expect(classificationMetrics(oneClass, '1')).toEqual({
      accuracy: 1,
      logLoss: expect.closeTo(-Math.log(0.8), 12),
      brier: expect.closeTo(0.04, 12),
    })
    expect(classificationMetrics([{ actual: 'cat', predicted: 'dog' }])).toEqual({ accuracy: 0 })
  })
})
