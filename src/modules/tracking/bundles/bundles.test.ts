import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import { RunBundleChanges } from './run-bundle.ts'
import { TraceBundle } from './trace-bundle.ts'

const digest = () => randomBytes(32).toString('hex')
const stored = digest()

const file = { path: 'a/b.txt', digest: stored, sizeBytes: 3 }
const input = { name: 'rows', digest: 'd', context: '', sourceType: 'local', source: '{}', tags: {} }
const metric = {
  key: 'auc',
  value: 0.5,
  step: 1,
  timestamp: 2,
  runId: 'run_a',
  datasetName: 'rows',
  datasetDigest: 'd',
}
const model = { id: 'm-1', name: 'net', status: 'ready', params: { p: '1' }, metrics: [metric], files: [file] } as const
const changes = {
  name: 'first',
  startedAt: 5,
  params: { depth: '3' },
  tags: { team: 'risk' },
  source: { commit: 'abc' },
  inputs: [input],
  outputs: [{ modelId: 'm-1', step: 4 }],
  files: [file],
  models: [{ ...model, metrics: [metric], files: [file] }],
}

describeDatabases('bundles', trackingSchema, (open) => {
  async function start() {
    const { tracking, eventTypes } = trackingOver(await open(), [stored])
    await tracking.ensureExperiment('churn')
    const take = (given: object, runId = 'run_a') =>
      tracking.takeRunBundle({ runId, experiment: 'churn', createdBy: 'ann', changes: given })
    return { tracking, eventTypes, take }
  }

  it('give a run to another server, under its id and once', async () => {
    const { tracking, eventTypes, take } = await start()
    await take(changes)
    await take({ status: 'FINISHED', endedAt: 9 })
    await tracking.logBatch('run_a', { metrics: [{ key: 'loss', value: 1, step: 1 }] })
    const once = await tracking.readRunBundle('run_a')
    expect(once).toMatchObject({ ...changes, status: 'FINISHED', endedAt: 9, metrics: [{ key: 'loss', count: 1 }] })
    const types = await eventTypes()
    expect(types.filter((type) => type === 'tracking.run.created')).toHaveLength(1)
    await take(changes)
    await take({ status: 'FINISHED', endedAt: 9 })
    expect(await tracking.readRunBundle('run_a')).toEqual(once)
    const added = (await eventTypes()).slice(types.length)
    expect(added.filter((type) => type !== 'tracking.artifact.stored')).toEqual([])
  })

  it('merge what is given into a run that is there, wherever it is now', async () => {
    const { tracking, take } = await start()
    await take(changes)
    await tracking.ensureExperiment('moved')
    await tracking.moveRuns(['run_a'], 'moved')
    await take({ tags: { team: null, more: '1' }, params: { rate: '2' } })
    const moved = await tracking.getExperiment('moved')
    expect(await tracking.getRun('run_a')).toMatchObject({
      experimentId: moved.id,
      name: 'first',
      tags: { more: '1' },
      params: { depth: '3', rate: '2' },
    })
  })

  it('are taken whole or not at all', async () => {
    const { tracking, take } = await start()
    const unknown = { ...file, path: 'c.txt', digest: digest() }
    await expect(take({ ...changes, files: [unknown] })).rejects.toMatchObject({ code: 'blob_not_found' })
    await expect(take({ ...changes, files: [file, { ...file, path: 'a' }] })).rejects.toMatchObject({
      code: 'artifact_path_invalid',
    })
    expect(await tracking.findRun('run_a')).toBeUndefined()
    await take(changes)
    await expect(take({ params: { depth: '4' }, tags: { x: '1' } })).rejects.toMatchObject({ code: 'param_changed' })
    await tracking.deleteRun('run_a')
    await expect(take({ tags: { x: '1' } })).rejects.toMatchObject({ code: 'run_not_active' })
    expect((await tracking.getRun('run_a')).tags).toEqual({ team: 'risk' })
    await tracking.deleteExperiment('churn')
    await expect(take(changes, 'run_b')).rejects.toMatchObject({ code: 'experiment_not_active' })
  })

  it('give a trace with the spelling of its numbers', async () => {
    const { tracking, take } = await start()
    await take(changes)
    const span = { traceId: 'tr-1', id: 's1', name: 'ask', kind: 'internal', status: 'OK' } as const
    const body = { feedback: { value: true } }
    const assessment = { id: 'a-1', traceId: 'tr-1', name: 'good', body, createdAt: 1, updatedAt: 2 }
    const given = {
      id: 'tr-1',
      name: 'ask',
      state: 'OK' as const,
      startedAt: 9,
      durationMs: 4,
      requestPreview: 'why',
      tags: { t: '1' },
      metadata: { m: '1' },
      assessments: [assessment],
      files: [file],
      runIds: ['run_a', 'run_unknown'],
      spans: [{ ...span, startNs: '9000001', endNs: '13000002', attributes: '{"n":1.0}', details: '{}' }],
    }
    await tracking.takeTraceBundle({ ...given, experimentId: 'churn' })
    await tracking.takeTraceBundle({ ...given, experimentId: 'churn' })
    const { id } = await tracking.getExperiment('churn')
    expect(await tracking.readTraceBundle('tr-1')).toEqual({
      ...given,
      experimentId: id,
      runIds: ['run_a'],
    })
  })
})

it.each([1.5, 1e308, -(2 ** 63)])('a bundle has no time that a database cannot keep: %s', (time) => {
  const problems = (changes: object) => RunBundleChanges.safeParse(changes).error?.issues.map(({ path }) => path[0])
  expect(problems({ startedAt: time, endedAt: time })).toEqual(['startedAt', 'endedAt'])
  expect(TraceBundle.shape.startedAt.safeParse(time).success).toBe(false)
  expect(TraceBundle.shape.durationMs.safeParse(time).success).toBe(false)
})
