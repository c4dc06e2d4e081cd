import { describe, expect, it } from 'vitest'
import { decideAlert, type RuledWindow } from './alert-rule.ts'
import type { FeatureDrift } from './model.ts'

const drift = (feature: string, value: number): FeatureDrift =>
  ({
    feature,
    why: `shifted: PSI ${value} (limit 0.2), p = 1e-9`,
    effect: { method: 'psi', value, threshold: 0.2 },
  }) as FeatureDrift

const window = (id: string, shifted: Record<string, number>): RuledWindow => ({
  id,
  state: Object.keys(shifted).length > 0 ? 'unhealthy' : 'healthy',
  driftedFeatures: Object.keys(shifted),
  features: Object.entries(shifted).map(([feature, value]) => drift(feature, value)),
  summary: `window ${id}`,
})

const rule = (windows: RuledWindow[], isOpen = false, kind: 'drift' | 'quality' = 'drift') =>
  decideAlert({ windows, persistence: { of: 2, last: 3 }, kind, isOpen })

describe('the persistence rule', () => {
  it('raises when the same feature is shifted in k of the last j windows', () => {
    const act = rule([window('c', { delay: 0.31 }), window('b', {}), window('a', { delay: 0.25 })])
    expect(act).toEqual({
      act: 'raise',
      features: ['delay'],
      windowIds: ['c', 'a'],
      summary: 'delay shifted: PSI 0.31 (limit 0.2), p = 1e-9; 2 of the last 3 windows',
    })
  })

  it('does not raise for one window, nor for features that take turns', () => {
    expect(rule([window('a', { delay: 5 })])).toEqual({ act: 'none' })
    expect(rule([window('b', { delay: 5 }), window('a', { distance: 5 })])).toEqual({ act: 'none' })
  })

  it('names the worst feature first and counts the rest', () => {
    const shifted = { a: 0.21, b: 0.9, c: 0.3, d: 0.5, e: 0.22 }
    const act = rule([window('y', shifted), window('x', shifted)])
    expect(act.act === 'raise' && act.features).toEqual(['b', 'd', 'c', 'e', 'a'])
    expect(act.act === 'raise' && act.summary).toMatch(
      /^b shifted.*; d shifted.*; c shifted.*; 2 more; 2 of the last 2 windows$/,
    )
  })

  it('raises no second alert while one is open, and clears after k healthy windows', () => {
    expect(rule([window('b', { delay: 1 }), window('a', { delay: 1 })], true)).toEqual({ act: 'none' })
    expect(rule([window('b', {}), window('a', { delay: 1 })], true)).toEqual({ act: 'none' })
    expect(rule([window('c', {}), window('b', {}), window('a', { delay: 1 })], true)).toMatchObject({ act: 'clear' })
    expect(rule([window('a', {})], true)).toEqual({ act: 'none' })
  })

  it('counts unhealthy windows of a quality monitor', () => {
    const bad = (id: string) => ({
      ...window(id, {}),
      state: 'unhealthy',
      summary: 'accuracy 0.6, beyond the bound 0.8',
    })
    expect(rule([bad('b')], false, 'quality')).toEqual({ act: 'none' })
    expect(rule([bad('b'), bad('a')], false, 'quality')).toEqual({
      act: 'raise',
      features: [],
      windowIds: ['b', 'a'],
      summary: 'accuracy 0.6, beyond the bound 0.8; 2 of the last 2 windows',
    })
  })
})
