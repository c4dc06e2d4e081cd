import { describe, expect, it } from 'vitest'
import { createConfidenceSequence, type SequenceOptions } from './confidence-sequence.ts'
import { seededRandom } from './random.ts'

interface Simulation {
  readonly treatmentShare: number
  /** Chance of success at time t. */
  readonly control: (t: number) => number
  readonly treatment: (t: number) => number
  readonly horizon: number
}

const options = (treatmentShare: number): SequenceOptions => ({ alpha: 0.05, treatmentShare })

/** Looks after every single observation; answers when the interval first left zero, if it ever did. */
function firstAlarm(seed: number, { treatmentShare, control, treatment, horizon }: Simulation): number | undefined {
  const random = seededRandom(seed)
  const sequence = createConfidenceSequence(options(treatmentShare))
  for (let t = 1; t <= horizon; t++) {
    const isTreatment = random() < treatmentShare
    sequence.add({ isTreatment, reward: random() < (isTreatment ? treatment : control)(t) ? 1 : 0 })
    if (sequence.rejects(0)) return t
  }
  return undefined
}

const share = (simulation: Simulation, runs: number) => {
  let alarms = 0
  for (let run = 0; run < runs; run++) if (firstAlarm(run * 7919 + 1, simulation) !== undefined) alarms += 1
  return alarms / runs
}

describe('the confidence sequence', () => {
  const flat = (p: number) => () => p

  it('gives at most alpha false alarms in 2000 tests without a difference, looked at after every observation', () => {
    const same = { treatmentShare: 0.5, control: flat(0.3), treatment: flat(0.3), horizon: 1000 }
    expect(share(same, 2000)).toBeLessThanOrEqual(0.05)
  })

  it('does so with a share of 10 % and rare successes, and while the level drifts', () => {
    const rare = { treatmentShare: 0.1, control: flat(0.02), treatment: flat(0.02), horizon: 1000 }
    expect(share(rare, 1000)).toBeLessThanOrEqual(0.05)
    const daily = (t: number) => 0.4 + 0.3 * Math.sin(t / 100)
    expect(share({ treatmentShare: 0.5, control: daily, treatment: daily, horizon: 1000 }, 1000)).toBeLessThanOrEqual(
      0.05,
    )
  })

  it('would not, were it an interval for one look: the test can fail', () => {
    let alarms = 0
    for (let run = 0; run < 300; run++) {
      const random = seededRandom(run)
      let [count, sum] = [0, 0]
      for (let t = 1; t <= 1000; t++) {
        const score = (random() < 0.5 ? 1 : -1) * (random() < 0.3 ? 1 : 0)
        count += 1
        sum += score
        if (count > 20 && Math.abs(sum) > 1.96 * Math.sqrt(0.3 * count)) {
          alarms += 1
          break
        }
      }
    }
    expect(alarms / 300).toBeGreaterThan(0.2)
  })

  it('finds a difference of 6 points within 6000 observations in most tests', () => {
    const better = { treatmentShare: 0.5, control: flat(0.3), treatment: flat(0.36), horizon: 6000 }
    expect(share(better, 100)).toBeGreaterThan(0.9)
  })

  it('is what it does not reject, and holds its estimate', () => {
    const random = seededRandom(3)
    const sequence = createConfidenceSequence(options(0.2))
    expect(sequence.interval()).toMatchObject({ count: 0, low: Number.NEGATIVE_INFINITY })
    for (let t = 1; t <= 3000; t++) {
      sequence.add({ isTreatment: random() < 0.2, reward: random() ** 3 })
      if (t % 300 > 1) continue
      const { low, estimate, high } = sequence.interval()
      expect(low).toBeLessThan(estimate)
      expect(high).toBeGreaterThan(estimate)
      for (const [edge, outwards] of [
        [low, -1e-6],
        [high, 1e-6],
      ] as const) {
        expect(sequence.rejects(edge + outwards)).toBe(true)
        expect(sequence.rejects(edge - outwards)).toBe(false)
      }
    }
  })

  it('holds the truth at all times at once', () => {
    let misses = 0
    for (let run = 0; run < 300; run++) {
      const random = seededRandom(run + 5)
      const sequence = createConfidenceSequence(options(0.3))
      let isMissed = false
      for (let t = 0; t < 1000; t++) {
        const isTreatment = random() < 0.3
        sequence.add({ isTreatment, reward: random() * (isTreatment ? 1 : 0.6) })
        if (sequence.rejects(0.2)) isMissed = true
      }
      if (isMissed) misses += 1
    }
    expect(misses / 300).toBeLessThanOrEqual(0.05)
  })
})
