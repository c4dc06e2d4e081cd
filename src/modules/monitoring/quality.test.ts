import { describe, expect, it } from 'vitest'
import { MonitorDefinition } from './model.ts'
import { judgeQuality } from './quality.ts'

const definition = (given: object = {}) =>
  MonitorDefinition.parse({ name: 'q', deployment: 'd', kind: 'quality', window: { rows: 10 }, minLabels: 4, ...given })
const rows = (right: number, wrong: number) => [
  ...Array.from({ length: right }, () => ({ outputs: { label: 1 }, label: 1 })),
  ...Array.from({ length: wrong }, () => ({ outputs: { label: 1 }, label: 0 })),
]

describe('quality of a window', () => {
  it('is unhealthy beyond the tolerance only', () => {
    const judge = (right: number, wrong: number) =>
      judgeQuality({
        definition: definition({ tolerance: 0.1 }),
        rowCount: 20,
        labeled: rows(right, wrong),
        baseline: 0.8,
      })
    expect(judge(7, 3)).toMatchObject({ state: 'healthy', quality: { value: 0.7, coverage: 0.5, labeledRows: 10 } })
    const bad = judge(6, 4)
    expect(bad).toMatchObject({ state: 'unhealthy', quality: { value: 0.6, baseline: 0.8 } })
    expect(bad.quality.why).toBe(
      'accuracy 0.6, beyond the bound 0.7; it was 0.8 when the model was made (10 labels, 50 % of the window)',
    )
  })

  it('turns the bound around where lower is better', () => {
    const judge = (probability: number) =>
      judgeQuality({
        definition: definition({ metric: 'logLoss', tolerance: 0.1 }),
        rowCount: 4,
        labeled: Array.from({ length: 4 }, () => ({ outputs: { probability }, label: 1 })),
        baseline: 0.3,
      }).state
    expect(judge(0.9)).toBe('healthy')
    expect(judge(0.3)).toBe('unhealthy')
  })

  it('is insufficient below the least number of labels and when the labels do not give the metric', () => {
    expect(judgeQuality({ definition: definition(), rowCount: 10, labeled: rows(3, 0), baseline: 0.8 })).toMatchObject({
      state: 'insufficient',
      quality: { why: '3 labels, 30 % of the window: 4 are needed to say anything' },
    })
    const oneClass = judgeQuality({
      definition: definition({ metric: 'auc' }),
      rowCount: 10,
      labeled: rows(9, 0),
      baseline: 0.8,
    })
    expect(oneClass.state).toBe('insufficient')
    expect(oneClass.quality.value).toBeUndefined()
  })

  it('is healthy but says so while there is no baseline', () => {
    const judged = judgeQuality({ definition: definition(), rowCount: 5, labeled: rows(2, 3), baseline: undefined })
    expect(judged).toMatchObject({ state: 'healthy', quality: { value: 0.4 } })
    expect(judged.quality.why).toMatch(/no baseline to compare with yet$/)
  })
})
