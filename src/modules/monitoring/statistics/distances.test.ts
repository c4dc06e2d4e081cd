import { describe, expect, it } from 'vitest'
import { benjaminiHochberg } from './benjamini-hochberg.ts'
import { chiSquareHomogeneity, mergeRareCells, twoProportions } from './chi-square.ts'
import { hellinger, jensenShannon, psi, shares, smoothedShares } from './divergence.ts'
import { ecdfDistance } from './ecdf-distance.ts'
import { countCells, countSortedCells, doaneCount, equalWidthEdges, quantileEdges } from './histogram.ts'
import { kolmogorovTail } from './kolmogorov.ts'
import { ksPValue } from './ks.ts'
import { seededUniform } from './seeded.ts'

// Expected values come from scipy 1.17.1 and numpy on the same numbers.
const sorted = (values: readonly number[]) => Float64Array.from(values).sort()
const close = (value: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(1e-300, Math.abs(expected)))
const range = (count: number, from = 0, step = 1) => Array.from({ length: count }, (_, i) => from + i * step)

function irwinHall(seed: number, count: number): number[] {
  const uniform = seededUniform(seed)
  return Array.from({ length: count }, () => range(12).reduce((sum) => sum + uniform(), 0) - 6)
}
const a = sorted(irwinHall(1, 500))
const b = sorted(irwinHall(2, 400).map((value) => 0.2 + 1.1 * value))

describe('Kolmogorov-Smirnov and Wasserstein-1', () => {
  it('draws the numbers the expected values were computed on', () => {
    const uniform = seededUniform(1)
    expect([uniform(), uniform(), uniform(), uniform()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741,
    ])
  })

  it('agrees with scipy on two samples of 500 and 400', () => {
    const { ks, wasserstein } = ecdfDistance(a, b)
    close(ks, 0.0745)
    close(wasserstein, 0.15610413310851431)
    close(ksPValue(ks, 500, 400, 'exact'), 0.16162487906892725, 1e-7)
    close(ksPValue(ks, 500, 400, 'asymptotic'), 0.16170559535916473, 1e-5)
  })

  it.each([
    ['one against one', [0], [1], 1, 1],
    ['a third', [1.01, 2.01], [1, 2, 3], 1 / 3, 1],
    ['two thirds', [0.99, 1.99], [1, 2, 3], 2 / 3, 0.6],
    ['three quarters', [0.99, 1.99], [1, 2, 3, 4], 0.75, 6 / 15],
    ['ties', [1, 1, 1, 2, 2], [1, 2, 2, 2, 3], 0.4, 0.873015873015873],
    ['two constants', Array(10).fill(5), Array(10).fill(6), 1, 1.0825088224469026e-5],
    ['hardly shifted', range(100, 1), range(100, 3.1), 0.03, 0.999999999996206],
    ['unequal sizes', range(100, 1, 99 / 99), range(110, 21.1, 99 / 109), 232 / 1100, 0.015739183865607353],
    [
      'many ties',
      [2, 2, 2, 3, 3, 3, 3, 5, 5, 5, 5, 5, 6, 6, 6, 6],
      [3, 3, 3, 4, 4, 4, 4, 6, 6, 6, 6, 6, 7, 7, 7, 7],
      5 / 16,
      0.4262934613454952,
    ],
  ])('is exact for %s', (_name, x, y, d, p) => {
    const { ks } = ecdfDistance(sorted(x), sorted(y))
    close(ks, d)
    close(ksPValue(ks, x.length, y.length, 'exact'), p, 1e-7)
  })

  it.each([
    [50, 0.6, 0.8344437791960821, 1e-4],
    [50, 0.9, 0.36196339889491846, 1e-4],
    [50, 1.2, 0.09960275827669895, 1e-3],
    [50, 1.6, 0.009889675201623538, 1e-5],
    [50, 2.2, 8.487157405481706e-5, 1e-6],
    [222, 0.6, 0.8497686964150879, 1e-5],
    [222, 0.9, 0.3777060147855872, 1e-5],
    [222, 1.2, 0.10624133592895135, 1e-4],
    [222, 2.2, 0.0001090660871873702, 1e-6],
    [5000, 0.6, 0.8611745104587194, 1e-6],
    [5000, 2.2, 0.00012227310337068191, 1e-6],
    [100_000, 0.9, 0.3920039771559741, 1e-6],
    [100_000, 2.2, 0.00012445411075555712, 1e-6],
    [100_000, 4, 2.5088853169666164e-14, 2e-3],
  ])('has the finite-n Kolmogorov tail at n = %i, λ = %f', (n, lambda, expected, relative) =>
    close(kolmogorovTail(n, lambda / Math.sqrt(n)), expected, relative),
  )

  it('measures Wasserstein-1 in units of the values', () => {
    close(ecdfDistance(sorted([0, 1, 2, 3]), sorted([1, 2, 4, 6, 8])).wasserstein, 2.7)
    close(ecdfDistance(sorted([0]), sorted([1])).wasserstein, 1)
  })

  it('is symmetric, and equals brute force over every point', () => {
    for (const seed of range(30, 1)) {
      const uniform = seededUniform(seed)
      const draw = () => sorted(range(1 + Math.floor(uniform() * 40)).map(() => Math.floor(uniform() * 12)))
      const [x, y] = [draw(), draw()]
      const brute = Math.max(
        ...[...x, ...y].map((at) => {
          const below = (values: Float64Array) => values.filter((value) => value <= at).length / values.length
          return Math.abs(below(x) - below(y))
        }),
      )
      close(ecdfDistance(x, y).ks, brute, 1e-12)
      expect(ecdfDistance(x, y)).toEqual(ecdfDistance(y, x))
    }
  })
})

describe('binned distances', () => {
  const edges = equalWidthEdges(-3.010782787250355, 3.7958249357296157, 11)
  const inner = edges.slice(1, -1)
  const countsA = [2, 17, 50, 89, 101, 115, 74, 41, 7, 3, 1]
  const countsB = [5, 18, 24, 72, 71, 88, 69, 27, 18, 6, 2]

  it('counts as numpy does', () => {
    expect(countCells(a, inner)).toEqual(countsA)
    expect(countCells(b, inner)).toEqual(countsB)
    expect(countSortedCells(b, inner)).toEqual(countsB)
  })

  it('agrees with scipy on these bins', () => {
    const [p, q] = [shares(countsA), shares(countsB)]
    close(jensenShannon(p, q), 0.10462767995920749)
    close(jensenShannon(p, q) / Math.sqrt(Math.LN2), 0.12567065097834107)
    close(psi(p, q), 0.09060204011896081)
    close(hellinger(p, q), 0.10550188976710236)
  })

  it('bins on the reference’s deciles with open ends', () => {
    const deciles = quantileEdges(a, 10)
    expect(countCells(a, deciles)).toEqual(Array(10).fill(50))
    expect(countCells(b, deciles)).toEqual([33, 42, 38, 30, 41, 37, 38, 42, 48, 51])
    close(psi(shares(countCells(a, deciles)), shares(countCells(b, deciles))), 0.0225332886583584)
    close(psi(smoothedShares(countCells(a, deciles)), smoothedShares(countCells(b, deciles))), 0.02197501068349969)
  })

  it('chooses Doane’s bins', () => {
    const x = Float64Array.from([1, 2, 2, 3, 5, 8, 13, 21, 34, 55])
    expect(doaneCount(x)).toBe(7)
    close(equalWidthEdges(1, 55, 7)[1] ?? 0, 1 + 7.7142857, 1e-7)
  })

  it('agrees with NannyML’s form: Doane’s bins of the reference and an overflow bin', () => {
    const bins = equalWidthEdges(a[0] ?? 0, a.at(-1) ?? 0, doaneCount(a))
    const inside = (values: Float64Array) =>
      values.filter((value) => value >= (bins[0] ?? 0) && value <= (bins.at(-1) ?? 0))
    const overflow = (values: Float64Array) => [
      ...countCells(inside(values), bins.slice(1, -1)),
      values.length - inside(values).length,
    ]
    const [p, q] = [shares(overflow(a)), shares(overflow(b))]
    close(jensenShannon(p, q) / Math.sqrt(Math.LN2), 0.13079311458874945)
    close(hellinger(p, q), 0.12042520952180111)
  })

  it('gives one cell to a value that fills several', () => {
    const values = sorted([...Array(90).fill(0), ...range(10, 1)])
    expect(countCells(values, quantileEdges(values, 10))).toEqual([90, 10])
  })
})

describe('counts', () => {
  const reference = [16, 18, 16, 14, 12, 12]
  const current = [16, 16, 16, 16, 16, 8]

  it('tests homogeneity as scipy does', () => {
    const result = chiSquareHomogeneity(reference, current)
    close(result.statistic, 1.6224089635854342)
    close(result.pValue, 0.8985262394026607)
    const [p, q] = [shares(reference), shares(current)]
    close(jensenShannon(p, q), 0.06804819617703867)
    close(psi(p, q), 0.037218381577290835)
    close(hellinger(p, q), 0.06812774370983345)
  })

  it('tests a 2×2 table and two proportions alike', () => {
    const table = chiSquareHomogeneity([90, 10], [160, 40])
    close(table.statistic, 4.8)
    close(table.pValue, 0.028459736916310638)
    const z = twoProportions(90, 100, 160, 200)
    close(Math.abs(z.statistic), 2.1908902300206647)
    close(z.pValue, 0.028459736916310638)
  })

  it('has no evidence where there is nothing to compare', () => {
    expect(chiSquareHomogeneity([10, 0], [20, 0]).pValue).toBe(1)
    expect(chiSquareHomogeneity([], []).pValue).toBe(1)
    expect(twoProportions(0, 10, 0, 20).pValue).toBe(1)
    expect(twoProportions(10, 10, 20, 20).pValue).toBe(1)
  })

  it('merges cells too rare for the chi-square law', () => {
    expect(mergeRareCells([500, 2, 1, 497], [490, 0, 3, 507])).toEqual({
      reference: [500, 497, 3],
      current: [490, 507, 3],
    })
  })

  it('adjusts p-values for many tests', () => {
    const adjusted = benjaminiHochberg([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216])
    const expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105714286, 0.216, 0.216, 0.216]
    for (const [i, value] of adjusted.entries()) close(value, expected[i] ?? 0, 1e-8)
  })
})
