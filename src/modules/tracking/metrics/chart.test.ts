import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import { trackingMigrations } from '../migrations.ts'
import type { TrackingTables } from '../tables.ts'
import type { MetricPoint } from './metric.ts'

// A series of every third step with noise that has no order, and a spike wherever a bucket of a tier begins or ends.
const count = 40_000
const stepOf = (index: number) => index * 3
const spikes = new Set([0, 21, 255, 258, 2046, 2049, 16_383, 16_386, 32_766, 98_301, 98_304, stepOf(count - 1)])
const logged = (step: number) => (spikes.has(step) ? (step % 2 === 0 ? 1e6 : -1e6) : Math.sin(step * 12.9898) * 100)

describeDatabases('a chart of a long series', trackingSchema, (open) => {
  let ready: ReturnType<typeof fill> | undefined
  const filled = () => {
    ready ??= fill()
    return ready
  }

  async function fill() {
    const db = await open()
    const { tracking } = trackingOver(db)
    await tracking.ensureExperiment('one')
    const { id } = await tracking.createRun({ experimentId: 'one' })
    const batches = Array.from({ length: count / 2000 }, (_, batch) => batch)
    // Not in order, and one of them twice: the tiers must not care.
    for (const batch of [...batches.filter((n) => n % 2 === 1), ...batches.filter((n) => n % 2 === 0), 3]) {
      const metrics = Array.from({ length: 2000 }, (_, index) => {
        const step = stepOf(batch * 2000 + index)
        return { key: 'm', value: logged(step), step, timestamp: step * 10 }
      })
      await tracking.logBatch(id, { metrics })
    }
    return { tracking, id, db }
  }

  /** The definition in plain words: of each bucket the first smallest and the first largest. */
  function expected(fromStep: number, toStep: number, points: number): MetricPoint[] {
    const inside = Array.from({ length: count }, (_, index) => stepOf(index)).filter(
      (s) => s >= fromStep && s <= toStep,
    )
    const [from = 0, to = 0] = [inside[0], inside.at(-1)]
    const width = Math.ceil((to - from + 1) / Math.floor(points / 2))
    const buckets = Map.groupBy(inside, (step) => Math.floor((step - from) / width))
    const steps = [...buckets.values()].flatMap((bucket) => {
      const low = bucket.reduce((best, step) => (logged(step) < logged(best) ? step : best))
      const high = bucket.reduce((best, step) => (logged(step) > logged(best) ? step : best))
      return [...new Set([low, high])]
    })
    return steps.toSorted((a, b) => a - b).map((step) => ({ value: logged(step), step, timestamp: step * 10 }))
  }

  it('has every extreme of the whole and of any part of it', async () => {
    const { tracking, id } = await filled()
    const last = stepOf(count - 1)
    for (const [fromStep, toStep, points] of [
      [0, last, 500],
      [0, last, 20],
      [1000, 20_000, 100],
      [63, 98_304, 40],
      [50_000, 50_700, 100],
    ] as const) {
      const chart = await tracking.metricChart({ runId: id, key: 'm', points, fromStep, toStep })
      expect(chart.length).toBeLessThanOrEqual(points + 2)
      const truth = expected(fromStep, toStep, points)
      const valueRange = (list: readonly MetricPoint[]) => list.map((point) => Number(point.value))
      expect(Math.max(...valueRange(chart))).toBe(Math.max(...valueRange(truth)))
      expect(Math.min(...valueRange(chart))).toBe(Math.min(...valueRange(truth)))
      for (const spike of spikes) {
        if (spike < fromStep || spike > toStep) continue
        expect(
          chart.some((point) => Math.abs(Number(point.value)) === 1e6 && Math.abs(point.step - spike) < 32_768),
        ).toBe(true)
      }
      for (const point of chart) expect(point.value).toBe(logged(point.step))
    }
  })

  it('is exact where no tier is read', async () => {
    const { tracking, id } = await filled()
    const chart = await tracking.metricChart({ runId: id, key: 'm', points: 100, fromStep: 70_000, toStep: 70_300 })
    expect(chart).toEqual(expected(70_000, 70_300, 100))
  })

  it('makes the same tiers of points that were there before there were tiers', async () => {
    const { db } = await filled()
    const read = () =>
      sql`select * from tracking_tiers order by "seriesId", "level", "bucket"`.execute(db.typed<TrackingTables>().read)
    const merged = (await read()).rows
    const changes = trackingMigrations.find((migration) => migration.name === 'tracking/007_finer_tiers')?.changes ?? []
    await db.transaction(async (tx) => {
      for (const change of changes) {
        if (change.change === 'statement') await sql.raw(change.text).execute(tx.typed<TrackingTables>().query)
      }
    })
    expect(merged.length).toBeGreaterThan(7000)
    expect((await read()).rows).toEqual(merged)
  })
})
