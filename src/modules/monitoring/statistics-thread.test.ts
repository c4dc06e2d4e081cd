import { afterAll, describe, expect, it } from 'vitest'
import { decodeBaseline, encodeBaseline } from './baseline-codec.ts'
import { createCollector } from './collect.ts'
import { seededNormal } from './statistics/seeded.ts'
import { runTask } from './statistics-task.ts'
import { createStatisticsThread } from './statistics-thread.ts'

const thread = createStatisticsThread()
afterAll(() => thread.stop())

const draw = seededNormal(3)
const columns = (count: number) =>
  [
    ['delay', Array.from({ length: count }, draw)],
    ['carrier', Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 'AA' : 'DL'))],
  ] as const
const options = { method: 'psi', alpha: 0.05, minRows: 30 } as const

function rows(count: number, shift: number) {
  return Array.from({ length: count }, (_, i) => ({ delay: draw() + shift, carrier: i % 3 === 0 ? 'AA' : 'DL' }))
}

describe('the statistics thread', () => {
  it('gives for large tasks what small ones give at once, and does not hold the caller up', async () => {
    const task = { kind: 'baseline', columns: columns(30_000) } as const
    const here = runTask(task)
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    const there = await thread.run(task)
    clearInterval(timer)
    expect(there).toEqual(here)
    expect(ticks).toBeGreaterThan(0)
  })

  it('compares a large window with a stored baseline', async () => {
    const built = await thread.run({ kind: 'baseline', columns: columns(20_000) })
    const { profile, bytes } = encodeBaseline(built)
    const baselines = decodeBaseline(profile, bytes)
    expect(baselines).toEqual(built)
    const collector = createCollector(baselines)
    for (const row of rows(40_000, 1)) collector.add(row)
    const { seen } = collector.finish()
    const features = baselines.flatMap((baseline) => {
      const current = seen.get(baseline.feature)
      return current === undefined ? [] : [{ baseline, current }]
    })
    const drifts = await thread.run({ kind: 'drift', features, options })
    expect(drifts.map((drift) => [drift.feature, drift.drifted])).toEqual([
      ['delay', true],
      ['carrier', false],
    ])
  })

  it('rejects what cannot be done and goes on', async () => {
    const broken = Array.from({ length: 30_000 }, () => ({ toJSON: 1 }))
    const cyclic: unknown[] = []
    cyclic.push(cyclic, cyclic)
    await expect(thread.run({ kind: 'baseline', columns: [['x', [...broken, cyclic]]] })).rejects.toThrow(/circular/i)
    await expect(thread.run({ kind: 'baseline', columns: columns(30_000) })).resolves.toHaveLength(2)
  })
})

describe('the collector', () => {
  it('counts rows into the cells of the baseline and missing values apart', () => {
    const baselines = runTask({ kind: 'baseline', columns: columns(100) })
    const collector = createCollector(baselines as ReturnType<typeof decodeBaseline>)
    collector.add({ delay: 1.5, carrier: 'AA', extra: 1 })
    collector.add({ delay: null, carrier: 'UA' })
    collector.add({ carrier: null })
    const { seen, inputNames } = collector.finish()
    expect(inputNames).toEqual(['carrier', 'delay', 'extra'])
    expect(seen.get('delay')).toEqual({ type: 'numeric', values: Float32Array.of(1.5), missing: 2 })
    // DL is the most frequent category of the reference, then AA, then all others.
    expect(seen.get('carrier')).toEqual({ type: 'categorical', counts: [0, 1, 1], missing: 1 })
  })
})
