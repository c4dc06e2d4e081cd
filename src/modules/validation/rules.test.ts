import { describe, expect, it } from 'vitest'
import { Rule } from './model.ts'
import { checkRules, summarize } from './rules.ts'

const rule = (value: unknown) => Rule.parse(value)
const check = (given: unknown, metrics: Record<string, number>, hasChampion = true) => {
  const [only] = checkRules([rule(given)], { metrics, hasChampion })
  if (only === undefined) throw new Error('no check')
  return only
}

describe('a gate’s rules', () => {
  it('pass on the bound and fail beyond it', () => {
    expect(check({ metric: 'auc', atLeast: 0.7 }, { auc: 0.7 })).toMatchObject({ passed: true, value: 0.7, bound: 0.7 })
    expect(check({ metric: 'auc', atLeast: 0.7 }, { auc: 0.69 })).toMatchObject({
      passed: false,
      why: 'auc is 0.69, but at least 0.7 is required',
    })
    expect(check({ metric: 'logLoss', atMost: 0.5 }, { logLoss: 0.51 }).passed).toBe(false)
  })

  it('fail on a metric that is missing or not finite', () => {
    const unusable: Record<string, number>[] = [{}, { auc: Number.NaN }, { auc: Number.POSITIVE_INFINITY }]
    for (const metrics of unusable) {
      expect(check({ metric: 'auc', atLeast: 0.1 }, metrics)).toMatchObject({ passed: false, bound: 0.1 })
      expect(check({ metric: 'auc', atLeast: 0.1 }, metrics).value).toBeUndefined()
    }
    expect(check({ metric: 'constructor', atLeast: 0 }, {}).passed).toBe(false)
  })

  it('compare with the champion in the direction that is good', () => {
    const higher = { metric: 'auc', notWorseThan: 'championAuc', by: 0.01 }
    expect(check(higher, { auc: 0.8, championAuc: 0.805 })).toMatchObject({ passed: true, bound: 0.795 })
    expect(check(higher, { auc: 0.79, championAuc: 0.805 }).passed).toBe(false)
    const lower = { metric: 'loss', notWorseThan: 'championLoss', better: 'lower' }
    expect(check(lower, { loss: 0.4, championLoss: 0.5 }).passed).toBe(true)
    expect(check(lower, { loss: 0.6, championLoss: 0.5 }).passed).toBe(false)
  })

  it('pass over a comparison only while there is no champion', () => {
    const given = { metric: 'auc', notWorseThan: 'championAuc' }
    expect(check(given, { auc: 0.8 }, false)).toMatchObject({ passed: true, skipped: true })
    expect(check(given, { auc: 0.8 }, true).passed).toBe(false)
    expect(check(given, { championAuc: 0.8 }, false).passed).toBe(false)
  })

  it('are refused when they say nothing or two things', () => {
    expect(Rule.safeParse({ metric: 'auc' }).success).toBe(false)
    expect(Rule.safeParse({ metric: 'auc', atLeast: 1, atMost: 2 }).success).toBe(false)
    expect(Rule.safeParse({ metric: 'auc', atLeast: Number.NaN }).success).toBe(false)
  })

  it('sum up to a sentence', () => {
    const checks = checkRules([rule({ metric: 'auc', atLeast: 0.9 }), rule({ metric: 'rows', atLeast: 1 })], {
      metrics: { auc: 0.8, rows: 5 },
      hasChampion: true,
    })
    expect(summarize({ label: 'delay/2', gate: 'quality' }, checks)).toBe(
      'delay/2 was refused by gate quality: auc is 0.8, but at least 0.9 is required.',
    )
  })
})
