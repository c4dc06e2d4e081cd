import { describe, expect, it } from 'vitest'
import { predictionShift } from './shift.ts'

const scores = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) => {
    const score = from + (index / count) * (1 - from)
    return { probabilities: [1 - score, score] }
  })
const classes = (...counts: number[]) =>
  counts.flatMap((count, index) => Array.from({ length: count }, () => ({ predicted: `c${index}` })))

describe('the shift between two versions', () => {
  it('is the largest difference of the shares below a score', () => {
    // Uniform on 0..1 against uniform on 0.5..1: at 0.5 half of one lies below, nothing of the other.
    expect(predictionShift(scores(1000, 0), scores(1000, 0.5))?.distance).toBeCloseTo(0.5, 2)
    expect(predictionShift(scores(400, 0), scores(400, 0))?.distance).toBe(0)
  })

  it('is that of the shares of a class where there is no score', () => {
    expect(predictionShift(classes(50, 30, 20), classes(80, 10, 10))?.distance).toBeCloseTo(0.3, 10)
  })

  it('knows what chance does: the critical value of Kolmogorov for one in 100,000', () => {
    // c = sqrt(-ln(0.00001 / 2) / 2) = 2.4704; c * sqrt(2 / 100).
    expect(predictionShift(scores(100, 0), scores(100, 0))?.chance).toBeCloseTo(0.3494, 4)
  })

  it('ends hardly any rollout by chance, however often one looks', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const draw = (count: number) => Array.from({ length: count }, () => ({ predicted: random() }))
    // 120 rollouts in which both versions are the same, looked at after every 50 rows.
    const ended = Array.from({ length: 120 }, () => {
      const [ours, theirs] = [draw(1500), draw(1500)]
      const looks = Array.from({ length: 30 }, (_, look) => (look + 1) * 50)
      return looks.some((rows) => {
        const shift = predictionShift(ours.slice(0, rows), theirs.slice(0, rows))
        return shift !== undefined && shift.distance > shift.chance
      })
    })
    expect(ended.filter(Boolean).length).toBeLessThanOrEqual(1)
  })

  it('is not told from a few rows, or of predictions that nobody can compare', () => {
    expect(predictionShift(scores(49, 0), scores(1000, 0.5))).toBeUndefined()
    expect(predictionShift([...scores(60, 0), {}], scores(100, 0))).toBeUndefined()
  })
})
