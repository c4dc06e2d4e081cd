import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeDatabases } from '../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../testing/tracking-over.ts'

const digest = () => randomBytes(32).toString('hex')

describeDatabases('tracking', trackingSchema, (open) => {
  async function start() {
    const { tracking, eventTypes } = trackingOver(await open())
    const experiment = await tracking.ensureExperiment('churn')
    const newRun = (name?: string) => tracking.createRun({ experimentId: experiment.id, name })
    return { tracking, experiment, newRun, eventTypes }
  }

  it('makes an experiment once, whoever asks, and numbers them from 0', async () => {
    const { tracking } = trackingOver(await open())
    const made = await Promise.all(['a', 'b', 'a', 'b', 'a'].map((name) => tracking.ensureExperiment(name)))
    expect(new Set(made.map((experiment) => experiment.id)).size).toBe(2)
    expect([...new Set(made.map((experiment) => experiment.number))].sort()).toEqual([0, 1])
    await expect(tracking.createExperiment({ name: 'a' })).rejects.toMatchObject({ code: 'experiment_exists' })
  })

  it('deletes, restores and erases an experiment with its runs', async () => {
    const { tracking, experiment, newRun } = await start()
    const run = await newRun()
    await tracking.logBatch(run.id, { metrics: [{ key: 'a', value: 1 }], params: { p: '1' }, tags: { t: '1' } })
    await tracking.deleteExperiment('churn')
    await expect(newRun()).rejects.toMatchObject({ code: 'experiment_not_active' })
    await expect(tracking.logBatch(run.id, { tags: { t: '2' } })).rejects.toMatchObject({ code: 'run_not_active' })
    expect((await tracking.searchRuns({ limit: 10 })).items).toEqual([])
    await tracking.restoreExperiment('churn')
    expect((await tracking.searchRuns({ limit: 10 })).items.map((one) => one.id)).toEqual([run.id])
    await tracking.eraseExperiment('churn')
    expect(await tracking.findExperiment(experiment.id)).toBeUndefined()
    expect(await tracking.findRun(run.id)).toBeUndefined()
    expect((await tracking.createExperiment({ name: 'churn' })).id).not.toBe(experiment.id)
  })

  it('answers the same run when a creation is repeated with its id, and emits its creation once', async () => {
    const { tracking, experiment, eventTypes } = await start()
    const input = { experimentId: experiment.id, id: 'run_given', name: 'first' }
    const [one, two] = await Promise.all([tracking.createRun(input), tracking.createRun({ ...input, name: 'second' })])
    // Which of the two comes first is the database's affair.
    expect(['first', 'second']).toContain(one.name)
    expect(two.name).toBe(one.name)
    await tracking.finishRun('run_given', 'FINISHED', 77)
    await tracking.finishRun('run_given', 'FINISHED', 78)
    expect(await eventTypes()).toEqual(['tracking.run.created', 'tracking.run.finished'])
    await tracking.ensureExperiment('other')
    await expect(tracking.createRun({ ...input, experimentId: 'other' })).rejects.toMatchObject({ code: 'run_exists' })
  })

  it('keeps NaN and infinities, and a repeated batch changes nothing', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.25, 5e-324]
    const metrics = values.map((value, step) => ({ key: 'loss', value, step, timestamp: 1000 + step }))
    await tracking.logBatch(id, { metrics })
    await tracking.logBatch(id, { metrics })
    const { items } = await tracking.metricHistory({ runId: id, key: 'loss', limit: 100 })
    expect(items.map((point) => Number(point.value))).toEqual(values)
    const [summary] = await tracking.latestMetrics(id)
    expect(summary).toEqual({
      key: 'loss',
      value: 5e-324,
      step: 4,
      timestamp: 1004,
      min: '-Infinity',
      max: 'Infinity',
    })
  })

  it('takes the latest by step, then time, then value, in whatever order and batches points arrive', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const log = (step: number, timestamp: number, value: number) =>
      tracking.logBatch(id, { metrics: [{ key: 'm', value, step, timestamp }] })
    await log(5, 100, 1)
    await log(2, 900, 9)
    expect((await tracking.latestMetrics(id))[0]).toMatchObject({ value: 1, step: 5, min: 1, max: 9 })
    await log(5, 100, 3)
    await log(5, 100, 2)
    expect((await tracking.latestMetrics(id))[0]).toMatchObject({ value: 3 })
    await tracking.logBatch(id, {
      metrics: [
        { key: 'm', value: 0, step: 7, timestamp: 1 },
        { key: 'm', value: 4, step: 6, timestamp: 5 },
      ],
    })
    expect((await tracking.latestMetrics(id))[0]).toMatchObject({ value: 0, step: 7, min: 0, max: 9 })
  })

  it('writes a parameter once and names both values of a change, leaving nothing of that batch', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    await tracking.logBatch(id, { params: { depth: '3', rate: '0.1' } })
    await tracking.logBatch(id, { params: { depth: '3' } })
    const change = tracking.logBatch(id, {
      params: { depth: '4', other: 'x' },
      tags: { t: '1' },
      metrics: [{ key: 'm', value: 1 }],
    })
    await expect(change).rejects.toThrow('Parameter depth of run')
    await expect(change).rejects.toMatchObject({ code: 'param_changed', details: { old: '3', new: '4' } })
    const run = await tracking.getRun(id)
    expect(run).toMatchObject({ params: { depth: '3', rate: '0.1' }, tags: {}, metrics: [] })
  })

  it('refuses bad keys and long values, all named at once, before anything is written', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const batch = {
      metrics: [
        { key: 'ok', value: 1 },
        { key: '../up', value: 1 },
      ],
      params: { 'a//b': '1', long: 'x'.repeat(6001) },
      tags: { 'emoji🙂': '1' },
    }
    const refused = tracking.logBatch(id, batch)
    await expect(refused).rejects.toMatchObject({
      code: 'batch_invalid',
      fields: [{ path: 'metrics[1].key' }, { path: 'params.a//b' }, { path: 'params.long' }, { path: 'tags.emoji🙂' }],
    })
    expect((await tracking.getRun(id)).metrics).toEqual([])
    await expect(tracking.logBatch('run_none', {})).rejects.toMatchObject({ code: 'run_not_found' })
  })

  it('keeps every point of many concurrent writers of one run', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`)
    const batchOf = (writer: number) => {
      const order = writer % 2 === 0 ? keys : keys.toReversed()
      return { metrics: order.map((key) => ({ key, value: writer, step: writer, timestamp: writer })) }
    }
    await Promise.all(Array.from({ length: 16 }, (_, writer) => tracking.logBatch(id, batchOf(writer))))
    const summaries = await tracking.latestMetrics(id)
    expect(summaries.map((metric) => [metric.value, metric.min])).toEqual(keys.map(() => [15, 0]))
    for (const key of keys.slice(0, 3)) {
      expect((await tracking.metricHistory({ runId: id, key, limit: 100 })).items).toHaveLength(16)
    }
  })

  it('pages through a history without losing a point', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const metrics = Array.from({ length: 777 }, (_, step) => ({
      key: 'm',
      value: step % 3 === 0 ? Number.POSITIVE_INFINITY : step,
      step: step % 50,
      timestamp: step,
    }))
    await tracking.logBatch(id, { metrics })
    let cursor: string | undefined
    let count = 0
    do {
      const page = await tracking.metricHistory({ runId: id, key: 'm', limit: 100, cursor })
      count += page.items.length
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(count).toBe(777)
  })

  it('thins a chart but keeps every spike', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const spikes = new Map([
      [1234, 1e9],
      [7777, -1e9],
      [9998, 5e8],
    ])
    for (let at = 0; at < 10_000; at += 2500) {
      const metrics = Array.from({ length: 2500 }, (_, index) => {
        const step = at + index
        return { key: 'm', value: spikes.get(step) ?? Math.sin(step / 50), step, timestamp: step }
      })
      await tracking.logBatch(id, { metrics })
    }
    const points = await tracking.metricChart({ runId: id, key: 'm', points: 200 })
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points.length).toBeGreaterThan(150)
    for (const [step, value] of spikes) expect(points).toContainEqual({ step, value, timestamp: step })
    expect(points.map((point) => point.step)).toEqual(points.map((point) => point.step).toSorted((a, b) => a - b))
    const zoomed = await tracking.metricChart({ runId: id, key: 'm', points: 200, fromStep: 1200, toStep: 1299 })
    expect(zoomed.map((point) => point.step)).toEqual(Array.from({ length: 100 }, (_, index) => 1200 + index))
  })

  it('clears what a dead attempt logged when a run restarts', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    await tracking.logBatch(id, { metrics: [{ key: 'm', value: 1 }], params: { a: '1' } })
    await tracking.storeArtifact(id, 'model.bin', digest(), 4)
    await tracking.finishRun(id, 'FAILED')
    await tracking.restartRun(id)
    expect(await tracking.getRun(id)).toMatchObject({ status: 'RUNNING', metrics: [], params: {} })
    expect((await tracking.getRun(id)).endedAt).toBeUndefined()
    expect(await tracking.listArtifacts(id)).toEqual([])
    await tracking.logBatch(id, { params: { a: '2' } })
  })

  it('lists artifacts folder by folder and refuses paths that climb or clash', async () => {
    const { tracking, newRun } = await start()
    const { id } = await newRun()
    const one = digest()
    await tracking.storeArtifact(id, 'model/MLmodel', one, 10)
    await tracking.storeArtifact(id, 'model/data/weights.bin', digest(), 20)
    await tracking.storeArtifact(id, 'model0.txt', digest(), 1)
    await tracking.storeArtifact(id, 'notes ü 1.txt', digest(), 1)
    expect((await tracking.listArtifacts(id)).map((entry) => [entry.path, entry.isFolder])).toEqual([
      ['model', true],
      ['model0.txt', false],
      ['notes ü 1.txt', false],
    ])
    expect(await tracking.listArtifacts(id, 'model')).toEqual([
      { path: 'model/data', isFolder: true },
      { path: 'model/MLmodel', isFolder: false, sizeBytes: 10, digest: one },
    ])
    expect(await tracking.listArtifacts(id, 'model/MLmodel')).toEqual([])
    expect((await tracking.listFiles(id, 'model')).map((file) => file.path)).toEqual([
      'model/MLmodel',
      'model/data/weights.bin',
    ])
    const bad = ['', '/etc/passwd', '../up', 'a/../../b', 'a//b', './a', 'C:/x', 'a\\b', 'a\0b', 'x'.repeat(1025)]
    for (const path of [...bad, 'model', 'model/MLmodel/inner']) {
      await expect(tracking.storeArtifact(id, path, one, 1)).rejects.toMatchObject({ code: 'artifact_path_invalid' })
    }
    expect(await tracking.deleteArtifacts(id, 'model')).toBe(2)
    expect((await tracking.listFiles(id)).map((file) => file.path)).toEqual(['model0.txt', 'notes ü 1.txt'])
  })

  it('remembers inputs and outputs once', async () => {
    const { tracking, newRun, eventTypes } = await start()
    const { id } = await newRun()
    const input = {
      name: 'credit',
      digest: 'abc',
      context: 'train',
      sourceType: 'http',
      source: '{}',
      datasetVersionId: 'dsv_1',
    }
    await tracking.recordInputs(id, [input, { ...input, context: 'eval' }])
    await tracking.recordInputs(id, [input])
    await tracking.recordOutputs(id, [{ modelId: 'm-1', step: 0 }])
    await tracking.recordOutputs(id, [{ modelId: 'm-1', step: 3 }])
    expect((await tracking.listInputs(id)).map((one) => one.context)).toEqual(['eval', 'train'])
    expect(await tracking.listOutputs(id)).toEqual([{ modelId: 'm-1', step: 3 }])
    expect((await eventTypes()).filter((type) => type === 'tracking.input.recorded')).toHaveLength(2)
  })
})
