import { describe, expect, it } from 'vitest'
import { buildBaseline } from './baseline.ts'
import { chiSquareHomogeneity } from './chi-square.ts'
import { divergenceNoise, psi, smoothedShares } from './divergence.ts'
import { ecdfDistance } from './ecdf-distance.ts'
import { ksPValue } from './ks.ts'
import { seededNormal, seededUniform } from './seeded.ts'
import { wassersteinNoise } from './wasserstein.ts'
import { windowDrift } from './window-drift.ts'

// Simulations with fixed seeds. The bounds are the nominal rate plus what 1000 trials scatter (2 points at 5 %).
const trials = 1000
const normals = (draw: () => number, count: number, shift = 0) =>
  Float64Array.from({ length: count }, () => draw() + shift).sort()

function rate(alarm: (trial: number) => boolean, count = trials): number {
  let alarms = 0
  for (let trial = 0; trial < count; trial++) if (alarm(trial)) alarms++
  return alarms / count
}

describe('false alarms when nothing changed, at a nominal 5 %', () => {
  it.each([50, 100, 500, 5000])('Kolmogorov-Smirnov with %i rows', (n) => {
    const draw = seededNormal(n)
    expect(
      rate(() => ksPValue(ecdfDistance(normals(draw, n), normals(draw, n)).ks, n, n) < 0.05, n > 1000 ? 300 : trials),
    ).toBeLessThanOrEqual(0.07)
  })

  it.each([2, 10, 30].flatMap((k) => [50, 100, 500, 5000].map((n) => [k, n] as const)))(
    'chi-square and calibrated PSI with %i categories and %i rows',
    (k, n) => {
      if (n / k < 5) return
      const uniform = seededUniform(n * k)
      const draw = () => {
        const counts = Array<number>(k).fill(0)
        for (let i = 0; i < n; i++) {
          const cell = Math.floor(uniform() * k)
          counts[cell] = (counts[cell] ?? 0) + 1
        }
        return counts
      }
      let psiAlarms = 0
      const noise = divergenceNoise(k, n, n, 0.05).psi
      const chiRate = rate(() => {
        const [a, b] = [draw(), draw()]
        if (psi(smoothedShares(a), smoothedShares(b)) > noise) psiAlarms++
        return chiSquareHomogeneity(a, b).pValue < 0.05
      }, 500)
      expect(chiRate).toBeLessThanOrEqual(0.07)
      expect(psiAlarms / 500).toBeLessThanOrEqual(0.08)
    },
  )

  it.each([50, 100, 500])('calibrated Wasserstein-1 with %i rows', (n) => {
    const draw = seededNormal(n + 7)
    const noise = wassersteinNoise(normals(draw, 5000))
    const limit = noise * Math.sqrt(2 / n)
    expect(rate(() => ecdfDistance(normals(draw, n), normals(draw, n)).wasserstein > limit, 500)).toBeLessThanOrEqual(
      0.08,
    )
  })

  it('a whole window of 20 features alarms in at most 5 % of the windows, not in 64 %', () => {
    const draw = seededNormal(99)
    const column = (count: number) => Array.from({ length: count }, draw)
    const baselines = Array.from({ length: 20 }, (_, i) => buildBaseline(`f${i}`, column(1000)))
    // A threshold of zero leaves only the noise gates to hold back.
    const alarms = rate(() => {
      const features = baselines.map((baseline) => ({
        baseline,
        current: { type: 'numeric' as const, values: Float32Array.from(column(200)), missing: 0 },
      }))
      return windowDrift(features, { method: 'psi', threshold: 1e-9, alpha: 0.05, minRows: 30 }).some(
        (one) => one.drifted,
      )
    }, 100)
    expect(alarms).toBeLessThanOrEqual(0.07)
  })
})

describe('power', () => {
  it('finds a shift of half a standard deviation in 200 rows at least 9 times of 10', () => {
    const draw = seededNormal(5)
    const found = rate(
      () => ksPValue(ecdfDistance(normals(draw, 200), normals(draw, 200, 0.5)).ks, 200, 200) < 0.05,
      300,
    )
    expect(found).toBeGreaterThanOrEqual(0.9)
  })

  it('does not call a significant but tiny shift drift', () => {
    const draw = seededNormal(6)
    const baseline = buildBaseline('x', Array.from({ length: 100_000 }, draw))
    const current = {
      type: 'numeric' as const,
      values: Float32Array.from({ length: 100_000 }, () => draw() + 0.05),
      missing: 0,
    }
    const [drift] = windowDrift([{ baseline, current }], { method: 'psi', alpha: 0.05, minRows: 30 })
    expect(drift).toMatchObject({ drifted: false, status: 'ok' })
    expect(drift?.adjustedPValue).toBeLessThan(1e-6)
    expect(drift?.why).toMatch(/^differs, but too little to matter/)
  })
})
