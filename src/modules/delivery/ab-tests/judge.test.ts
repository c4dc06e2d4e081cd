import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../platform/statistics/index.ts'
import type { Reward } from '../rewards/store.ts'
import { judgeAbTest } from './judge.ts'
import type { AbTest } from './model.ts'

const variant = (name: string, weight: number) => ({ name, weight, version: 1, modelVersionId: `mdv_${name}` })

const abTest = (changes: Partial<AbTest> = {}): AbTest => ({
  id: 'abt_1',
  deployment: 'demo',
  state: 'running',
  variants: [variant('a', 50), variant('b', 50)],
  control: 'a',
  metric: { kind: 'reward', low: 0, high: 10 },
  alpha: 0.05,
  minSamples: 200,
  onDecision: 'keep',
  startedAt: 0,
  ...changes,
})

/** Rewards of 0 or 10, in turn drawn for the variants by their chances of a 10. */
function draw(chances: Readonly<Record<string, number>>, count: number, seed = 1): Reward[] {
  const random = seededRandom(seed)
  const names = Object.keys(chances)
  return Array.from({ length: count }, (_, at) => {
    const name = names[Math.floor(random() * names.length)] ?? ''
    return { variant: name, value: random() < (chances[name] ?? 0) ? 10 : 0, at }
  })
}
const unitsOf = (rewards: readonly Reward[]) =>
  new Map([...Map.groupBy(rewards, ({ variant: name }) => name)].map(([name, own]) => [name, own.length]))
const sumsOf = (rewards: readonly Reward[]) =>
  new Map(
    [...Map.groupBy(rewards, ({ variant: name }) => name)].map(([name, own]) => {
      const add = (read: (value: number) => number) => own.reduce((sum, { value }) => sum + read(value), 0)
      return [name, { count: own.length, sum: add((value) => value), sumOfSquares: add((value) => value * value) }]
    }),
  )
const judge = (test: AbTest, rewards: readonly Reward[], units = unitsOf(rewards)) =>
  judgeAbTest(test, { rewards, sums: sumsOf(rewards), units })

describe('an A/B test', () => {
  it('names the better variant, on the scale of the rewards, with its evidence', async () => {
    const { result, decision } = await judge(abTest(), draw({ a: 0.3, b: 0.6 }, 2000))
    expect(decision).toMatchObject({
      winner: 'b',
      reason: expect.stringMatching(/^b is better: 6\.\d+ on \d+ keys against/),
    })
    const [comparison] = result.comparisons
    expect(comparison?.low).toBeGreaterThan(0)
    expect(comparison?.low).toBeLessThan(3)
    expect(comparison?.high).toBeGreaterThan(3)
    expect(comparison?.path.at(-1)).toMatchObject({ count: 2000, low: comparison?.low })
    expect(comparison?.path.length).toBeLessThanOrEqual(120)
  })

  it('keeps the control when the other is worse', async () => {
    expect((await judge(abTest(), draw({ a: 0.6, b: 0.3 }, 2000))).decision).toMatchObject({ winner: 'a' })
  })

  it('waits for its samples, however clear it looks', async () => {
    const { result, decision } = await judge(abTest(), draw({ a: 0, b: 1 }, 150))
    expect(decision).toBeUndefined()
    expect(result.waitingFor).toBe('50 more keys with a reward')
  })

  it('waits while nothing is clear, and ends without a winner after the last sample', async () => {
    const rewards = draw({ a: 0.5, b: 0.5 }, 1000)
    expect(await judge(abTest(), rewards)).toMatchObject({ decision: undefined })
    expect((await judge(abTest({ maxSamples: 1000 }), rewards)).decision).toMatchObject({
      reason: expect.stringContaining('no clear difference'),
    })
    expect((await judge(abTest({ maxSamples: 1000 }), rewards)).decision).not.toHaveProperty('winner')
  })

  it('calls a difference none when it is surely too small to matter', async () => {
    expect((await judge(abTest({ minEffect: 3 }), draw({ a: 0.5, b: 0.5 }, 3000))).decision).toMatchObject({
      winner: 'a',
      reason: expect.stringContaining('b is no different'),
    })
  })

  it('decides nothing while the shares are not those of chance', async () => {
    const rewards = draw({ a: 0.3, b: 0.6 }, 2000)
    const { result, decision } = await judge(
      abTest(),
      rewards,
      new Map([
        ['a', 1300],
        ['b', 700],
      ]),
    )
    expect(decision).toBeUndefined()
    expect(result).toMatchObject({ sampleRatio: { isOdd: true }, waitingFor: expect.stringContaining('shares') })
  })

  it('holds several variants against the control, and takes the best of the better ones', async () => {
    const variants = [variant('a', 40), variant('b', 30), variant('c', 30)]
    const random = seededRandom(9)
    const chances: Record<string, number> = { a: 0.2, b: 0.5, c: 0.8 }
    const rewards = Array.from({ length: 3000 }, (_, at) => {
      const point = random()
      const name = point < 0.4 ? 'a' : point < 0.7 ? 'b' : 'c'
      return { variant: name, value: random() < (chances[name] ?? 0) ? 10 : 0, at }
    })
    const { result, decision } = await judge(abTest({ variants }), rewards)
    expect(decision?.winner).toBe('c')
    expect(result.comparisons.map(({ outcome }) => outcome)).toEqual(['better', 'better'])
  })
})
