import { describe, expect, inject, it } from 'vitest'
import { createConfidenceSequence } from './confidence-sequence.ts'
import { seededRandom } from './random.ts'

/** Runs of each row: enough to see a fault with every commit, 2,000 in `npm run test:long`. */
const runs = inject('sampleTurn') === null ? 2000 : 100
const alpha = 0.05
const minSamples = 200

interface Judge {
  add(isTreatment: boolean, reward: number): void
  isDecided(): boolean
}

const sequence = (treatmentShare: number): Judge => {
  const own = createConfidenceSequence({ alpha, treatmentShare })
  return {
    add: (isTreatment, reward) => own.add({ isTreatment, reward }),
    isDecided: () => own.rejects(0),
  }
}

/**
 * The rival: the mixture sequential probability ratio test of two conversion rates, with its usual normal mixture and the
 * variance estimated from both. Johari, Koomen, Pekelis, Walsh: Always valid inference, Operations Research 70(3), 2022.
 */
const mixtureTest = (): Judge => {
  const [treatment, control] = [
    { count: 0, sum: 0 },
    { count: 0, sum: 0 },
  ]
  const mixtureVariance = 0.05 ** 2
  return {
    add: (isTreatment, reward) => {
      const arm = isTreatment ? treatment : control
      arm.count += 1
      arm.sum += reward
    },
    isDecided: () => {
      const rate = (treatment.sum + control.sum) / (treatment.count + control.count)
      const variance = rate * (1 - rate) * (1 / treatment.count + 1 / control.count)
      if (!(variance > 0 && Number.isFinite(variance))) return false
      const difference = treatment.sum / treatment.count - control.sum / control.count
      const wide = variance + mixtureVariance
      const logRatio =
        0.5 * Math.log(variance / wide) + (mixtureVariance * difference * difference) / (2 * variance * wide)
      return logRatio >= Math.log(1 / alpha)
    },
  }
}

interface Row {
  readonly control: number
  readonly treatment: number
  readonly share: number
  readonly horizon: number
}

/** When each decided, with a look at every fifth observation; both see the same observations. */
function stopsOf({ control, treatment, share, horizon }: Row, seed: number): readonly (number | undefined)[] {
  const random = seededRandom(seed)
  const judges = [sequence(share), mixtureTest()]
  const stops: (number | undefined)[] = judges.map(() => undefined)
  for (let count = 1; count <= horizon && stops.includes(undefined); count++) {
    const isTreatment = random() < share
    const reward = random() < (isTreatment ? treatment : control) ? 1 : 0
    for (const [index, judge] of judges.entries()) {
      if (stops[index] !== undefined) continue
      judge.add(isTreatment, reward)
      if (count >= minSamples && count % 5 === 0 && judge.isDecided()) stops[index] = count
    }
  }
  return stops
}

function simulate(row: Row) {
  const stops = Array.from({ length: runs }, (_, run) => stopsOf(row, run * 7919 + 13))
  const [ours, rival] = [0, 1].map((index) => {
    const decided = stops.flatMap((each) => each[index] ?? []).sort((a, b) => a - b)
    return { share: decided.length / runs, median: decided[decided.length >> 1] ?? Number.POSITIVE_INFINITY }
  })
  if (ours === undefined || rival === undefined) throw new Error('two judges were simulated')
  return { ours, rival }
}

describe('the confidence sequence as a test', () => {
  it.each([
    { control: 0.3, treatment: 0.3, share: 0.5, horizon: 5000 },
    { control: 0.3, treatment: 0.3, share: 0.1, horizon: 5000 },
    { control: 0.02, treatment: 0.02, share: 0.5, horizon: 5000 },
  ])('keeps its level: $control against $treatment at a share of $share', { timeout: 300_000 }, (row) => {
    expect(simulate(row).ours.share).toBeLessThanOrEqual(alpha)
  })

  it.each([
    { control: 0.3, treatment: 0.36, share: 0.5, horizon: 6000, published: 1814 },
    { control: 0.3, treatment: 0.33, share: 0.5, horizon: 20_000, published: 6866 },
    { control: 0.02, treatment: 0.03, share: 0.5, horizon: 20_000, published: 8985 },
    { control: 0.3, treatment: 0.36, share: 0.1, horizon: 20_000, published: 4809 },
  ])('needs at most 1.3 times what mSPRT does: $control against $treatment at $share', { timeout: 600_000 }, (row) => {
    const { ours, rival } = simulate(row)
    // Few runs tell a median to some ten percent.
    const slack = runs === 2000 ? 1 : 1.1
    expect(ours.median).toBeLessThanOrEqual(1.3 * slack * Math.min(rival.median, row.published))
    expect(ours.share).toBeGreaterThanOrEqual(rival.share - (runs === 2000 ? 0.01 : 0.05))
  })
})
