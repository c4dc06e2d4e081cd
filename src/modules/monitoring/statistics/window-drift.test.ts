import { describe, expect, it } from 'vitest'
import { buildBaseline, type CurrentFeature, toCategory, toComparable } from './baseline.ts'
import { seededNormal } from './seeded.ts'
import { windowDrift } from './window-drift.ts'

const options = { method: 'psi', alpha: 0.05, minRows: 30 } as const
const draw = seededNormal(11)
const normal = (count: number, shift = 0) => Array.from({ length: count }, () => draw() + shift)

function numbers(values: readonly unknown[]): CurrentFeature {
  const all = Float32Array.from(values, toComparable)
  const finite = all.filter((value) => !Number.isNaN(value))
  return { type: 'numeric', values: finite, missing: all.length - finite.length }
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

describe('drift of a window', () => {
  it('names what shifted first, with effect and p-value', () => {
    const drifts = windowDrift(
      [
        { baseline: buildBaseline('steady', normal(2000)), current: numbers(normal(500)) },
        { baseline: buildBaseline('moved', normal(2000)), current: numbers(normal(500, 1)) },
      ],
      options,
    )
    expect(drifts.map((drift) => [drift.feature, drift.drifted])).toEqual([
      ['moved', true],
      ['steady', false],
    ])
    expect(drifts[0]?.why).toMatch(/^shifted: PSI [\d.]+ \(limit 0.2\), p = \d+e-\d+$/)
    expect(drifts[0]?.distribution.reference.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
  })

  it('takes a category that the reference never saw as evidence', () => {
    const baseline = buildBaseline(
      'carrier',
      Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 'AA' : 'DL')),
    )
    const [drift] = windowDrift(
      [{ baseline, current: { type: 'categorical', counts: [40, 40, 120], missing: 0 } }],
      options,
    )
    expect(drift).toMatchObject({ drifted: true, type: 'categorical', test: 'chiSquare' })
  })

  it('sees missing values as evidence, not as nothing', () => {
    const baseline = buildBaseline('x', normal(1000))
    const [drift] = windowDrift([{ baseline, current: numbers([...normal(300), ...Array(100).fill(null)]) }], options)
    expect(drift).toMatchObject({ drifted: true, missing: { reference: 0, current: 0.25, drifted: true } })
    expect(drift?.why).toBe('missing values went from 0 % to 25 %')
  })

  it('says insufficient below the minimum, and never NaN', () => {
    const features = [
      { baseline: buildBaseline('few', normal(1000)), current: numbers(normal(10, 5)) },
      { baseline: buildBaseline('none', normal(1000)), current: numbers([]) },
      { baseline: buildBaseline('empty reference', []), current: numbers(normal(100)) },
    ]
    for (const drift of windowDrift(features, options)) {
      expect(drift).toMatchObject({ status: 'insufficient', drifted: false })
      expect(numbersIn(drift).every(Number.isFinite)).toBe(true)
    }
  })

  it('handles constants: the same is nothing, another is a full shift', () => {
    const constant = buildBaseline('flag', Array(200).fill(3))
    expect(constant.type).toBe('categorical')
    const [same] = windowDrift(
      [{ baseline: constant, current: { type: 'categorical', counts: [100, 0], missing: 0 } }],
      options,
    )
    expect(same).toMatchObject({ status: 'constant', drifted: false, pValue: 1 })
    const [other] = windowDrift(
      [{ baseline: constant, current: { type: 'categorical', counts: [0, 100], missing: 0 } }],
      options,
    )
    expect(other).toMatchObject({ status: 'ok', drifted: true })
  })

  it.each(['psi', 'jensenShannon', 'hellinger', 'wasserstein', 'ks'] as const)(
    'decides by %s when asked to',
    (method) => {
      const baseline = buildBaseline('x', normal(1000))
      const of = (shift: number) =>
        windowDrift([{ baseline, current: numbers(normal(1000, shift)) }], { ...options, method })[0]
      expect(of(1.5)).toMatchObject({ drifted: true, effect: { method } })
      expect(of(0)).toMatchObject({ drifted: false, effect: { method } })
    },
  )

  it('marks identifiers', () => {
    expect(
      buildBaseline(
        'id',
        Array.from({ length: 500 }, (_, i) => `row-${i}`),
      ),
    ).toMatchObject({ isIdentifier: true })
  })

  it('compares numbers in the precision models are asked in', () => {
    expect(toComparable(0.1)).toBe(Math.fround(0.1))
    expect(toComparable('2.5')).toBe(2.5)
    expect(toComparable([4])).toBe(4)
    expect(toComparable(true)).toBe(1)
    for (const missing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 'x', '', 1e300]) {
      expect(toComparable(missing)).toBeNaN()
    }
    expect(toCategory(0.1)).toBe(toCategory(Math.fround(0.1)))
    expect(toCategory(null)).toBeUndefined()
  })
})
