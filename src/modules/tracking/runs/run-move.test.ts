import { expect, it } from 'vitest'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import type { Tracking } from '../service.ts'

describeDatabases('runs that move, fork and go', trackingSchema, (open) => {
  async function fresh() {
    const db = await open()
    const { tracking } = trackingOver(db)
    await tracking.ensureExperiment('here')
    await tracking.ensureExperiment('there')
    return tracking
  }

  const lossAt = (step: number) => Math.cos(step / 50) * ((step % 7) + 1)

  /** A run with 12,000 points of one metric, few of another, and everything else that a run can have. */
  async function train(tracking: Tracking): Promise<string> {
    const { id } = await tracking.createRun({ experimentId: 'here', name: 'long', tags: { team: 'risk' } })
    const loss = Array.from({ length: 12_000 }, (_, step) => ({
      key: 'loss',
      value: lossAt(step),
      step,
      timestamp: step,
    }))
    for (let at = 0; at < loss.length; at += 1000) await tracking.logBatch(id, { metrics: loss.slice(at, at + 1000) })
    await tracking.logBatch(id, {
      metrics: [{ key: 'late', value: 1, step: 11_000, timestamp: 1 }],
      params: { rate: '0.1' },
    })
    await tracking.recordInputs(id, [
      { name: 'rows', digest: 'd1', context: 'train', sourceType: 'http', source: '{}' },
    ])
    await tracking.storeArtifact(id, 'checkpoints/last.bin', 'a'.repeat(64), 10)
    return id
  }

  const find = async (tracking: Tracking, experiment: string) =>
    (
      await tracking.searchRuns({
        experiments: [experiment],
        filter: 'metrics.loss > -100',
        orderBy: ['metrics.loss'],
        limit: 10,
      })
    ).items.map((run) => run.id)

  it('moves a run with what is nested in it, and finds it only where it is', async () => {
    const tracking = await fresh()
    const id = await train(tracking)
    const child = await tracking.createRun({ experimentId: 'here', parentRunId: id })
    const grandchild = await tracking.createRun({ experimentId: 'here', parentRunId: child.id })
    const moved = await tracking.moveRuns([id], 'there')
    expect(moved.toSorted()).toEqual([id, child.id, grandchild.id].toSorted())
    expect(await tracking.moveRuns([id, id], 'there')).toEqual([])
    expect(await find(tracking, 'here')).toEqual([])
    expect(await find(tracking, 'there')).toEqual([id])
    const there = await tracking.getExperiment('there')
    expect((await tracking.getRun(id)).experimentId).toBe(there.id)
    // A metric that is logged after the move is found there too.
    await tracking.logBatch(id, { metrics: [{ key: 'late', value: 2, step: 12_001 }] })
    await tracking.logBatch(id, { metrics: [{ key: 'new', value: 5, step: 0 }] })
    const found = await tracking.searchRuns({ experiments: ['there'], filter: 'metrics.new = 5', limit: 5 })
    expect(found.items.map((run) => run.id)).toEqual([id])
    expect((await tracking.listFiles(id)).map((file) => file.path)).toEqual(['checkpoints/last.bin'])
  })

  it('moves all or none', async () => {
    const tracking = await fresh()
    const { id } = await tracking.createRun({ experimentId: 'here' })
    await expect(tracking.moveRuns([id, 'run_none'], 'there')).rejects.toThrow('There is no run run_none')
    await expect(tracking.moveRuns([id], 'nowhere')).rejects.toThrow('There is no experiment nowhere')
    expect((await tracking.getRun(id)).experimentId).toBe((await tracking.getExperiment('here')).id)
    await tracking.deleteExperiment('there')
    await expect(tracking.moveRuns([id], 'there')).rejects.toThrow('Experiment there is deleted')
  })

  it('forks a run at a step: what was logged until then is there, what came later is not', async () => {
    const tracking = await fresh()
    const id = await train(tracking)
    const fork = await tracking.forkRun({ runId: id, step: 7_000, name: 'again' })
    expect(fork).toMatchObject({ name: 'again', status: 'RUNNING', params: { rate: '0.1' } })
    expect(fork.tags).toEqual({ team: 'risk', 'slipway.forkedFrom': id, 'slipway.forkedAtStep': '7000' })
    const until = Array.from({ length: 7_001 }, (_, step) => lossAt(step))
    expect(fork.metrics).toEqual([
      expect.objectContaining({
        key: 'loss',
        value: lossAt(7_000),
        step: 7_000,
        min: Math.min(...until),
        max: Math.max(...until),
      }),
    ])
    const points = await tracking.metricHistory({ runId: fork.id, key: 'loss', limit: 20_000 })
    expect(points.items.map((point) => point.value)).toEqual(until)
    const chart = (runId: string) => tracking.metricChart({ runId, key: 'loss', points: 50, toStep: 6_500 })
    expect(await chart(fork.id)).toEqual(await chart(id))
    expect((await tracking.listInputs(fork.id)).map((input) => input.name)).toEqual(['rows'])
    expect((await tracking.listFiles(fork.id)).map((file) => file.path)).toEqual(['checkpoints/last.bin'])
    await tracking.logBatch(fork.id, { metrics: [{ key: 'loss', value: 9, step: 7_001 }] })
    expect((await tracking.latestMetrics(id)).find((metric) => metric.key === 'loss')?.step).toBe(11_999)
  })

  it('erases an experiment for good and lets its name be used again', async () => {
    const tracking = await fresh()
    const id = await train(tracking)
    const before = await tracking.getExperiment('here')
    await tracking.deleteExperiment('here')
    await expect(tracking.createExperiment({ name: 'here' })).rejects.toThrow('already exists (deleted)')
    await tracking.restoreExperiment('here')
    expect((await tracking.getRun(id)).lifecycle).toBe('active')
    await tracking.eraseExperiment('here')
    await expect(tracking.getRun(id)).rejects.toThrow('There is no run')
    const again = await tracking.createExperiment({ name: 'here' })
    expect(again.id).not.toBe(before.id)
    expect(await find(tracking, 'here')).toEqual([])
    const digests: string[] = []
    for await (const digest of tracking.artifactDigests()) digests.push(digest)
    expect(digests).toEqual([])
  })
})
