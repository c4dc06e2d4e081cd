import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type PipelineApp, pipelineApp, sha256, stepOf } from '../../testing/pipeline-app.ts'
import type { PipelineDefinitionInput } from './index.ts'

/** A step in TypeScript that counts the words of its input, and one that makes a "model" of the count. */
const code = {
  'steps/count.ts': `import { readFile, writeFile } from 'node:fs/promises'
import { step } from 'slipway/step'
await step(async ({ input, output, parameters, log }) => {
  const text = await readFile(input('texts').file('a.txt'), 'utf8')
  const count: number = text.split(' ').length * parameters.number('factor')
  log('counted ' + count)
  await writeFile(output('counts').path('deep/count.txt'), String(count))
  return { metrics: { count }, params: { factor: parameters.number('factor') } }
})
`,
  'steps/train.sh': `set -e
cp "$(dirname "$SLIPWAY_STEP")/inputs/counts/deep/count.txt" "$(dirname "$SLIPWAY_STEP")/outputs/model/model.txt"
echo '{"metrics": {"score": [{"step": 1, "value": 0.5}, {"step": 2, "value": 0.75}]}, "tags": {"kind": "toy"}}' > "$(dirname "$SLIPWAY_STEP")/result.json"
`,
}

const counting: PipelineDefinitionInput = {
  name: 'counting',
  parameters: { factor: 2 },
  steps: [
    {
      name: 'count',
      run: ['node', 'steps/count.ts'],
      inputs: { texts: 'dataset/texts@latest' },
      outputs: { counts: 'dataset/counts' },
    },
    {
      name: 'train',
      run: 'sh steps/train.sh',
      inputs: { counts: 'step/count.counts', champion: 'model/counter@champion?' },
      outputs: { model: 'model/counter' },
    },
  ],
}

describe.each(dialectNames)('a pipeline on %s', (database) => {
  let app: PipelineApp
  beforeAll(async () => {
    app = await pipelineApp({ database })
    await app.addDataset('texts', { 'a.txt': 'the quick brown fox' })
    await app.apply(counting, code)
  })
  afterAll(() => app.dispose())

  it('turns a dataset version into a model version, with runs, metrics and lineage on the way', async () => {
    const run = await app.run('counting')
    expect(run).toMatchObject({ state: 'succeeded', pipeline: 'counting', stepCounts: { succeeded: 2 } })
    const count = stepOf(run, 'count')
    expect(count.attempts).toMatchObject([{ attempt: 1, state: 'succeeded', exitCode: 0 }])
    expect(count.inputs).toMatchObject([{ name: 'texts', label: 'texts@1', kind: 'dataset' }])
    expect(count.outputs).toMatchObject([
      { kind: 'dataset', label: 'counts@1', files: [{ path: 'deep/count.txt', digest: sha256('8'), sizeBytes: 1 }] },
    ])
    const train = stepOf(run, 'train')
    expect(train.inputs).toMatchObject([
      { name: 'counts', label: 'counts@1', stepRunId: count.id },
      { isMissing: true },
    ])
    expect(train.outputs).toMatchObject([{ kind: 'model', label: 'counter/1' }])

    const countRun = (await app.request('GET', `/v1/runs/${count.runId}`)).body
    expect(countRun).toMatchObject({ status: 'FINISHED', stepRunId: count.id, params: { factor: '2' } })
    expect(countRun.metrics).toMatchObject([{ key: 'count', value: 8 }])
    const trainRun = (await app.request('GET', `/v1/runs/${train.runId}`)).body
    expect(trainRun.metrics).toMatchObject([{ key: 'score', value: 0.75, step: 2, min: 0.5 }])
    expect(trainRun.tags).toMatchObject({ kind: 'toy', pipeline: 'counting' })

    await app.settled()
    const events = await app.platform.events.list({ limit: 100 })
    const finished = events.filter((event) => event.type === 'pipelines.step.finished').reverse()
    expect(finished.map((event) => event.payload)).toMatchObject([
      {
        step: 'count',
        inputs: [count.inputs[0]?.versionId],
        outputs: [count.outputs[0]?.versionId],
        runId: count.runId,
      },
      { step: 'train', inputs: [count.outputs[0]?.versionId], upstreamStepRunIds: [count.id] },
    ])
    const [ended] = events.filter((event) => event.type === 'pipelines.run.finished')
    expect(ended?.payload).toMatchObject({ state: 'succeeded', modelVersionIds: [train.outputs[0]?.versionId] })
    expect(existsSync(join(app.dataDir, 'pipelines', count.id))).toBe(false)
  })

  it('runs nothing again while nothing changed, and names what did', async () => {
    const before = await app.run('counting')
    const again = await app.run('counting')
    for (const step of again.steps) expect(step.cache?.isHit).toBe(true)
    expect(stepOf(again, 'train').outputs).toEqual(stepOf(before, 'train').outputs)
    expect(stepOf(again, 'count').attempts).toEqual([])
    const log = await app.request('GET', `/v1/pipeline-runs/${again.id}/steps/count/log`)
    expect(log.body).toBe('counted 8\n')

    const other = await app.run('counting', { parameters: { factor: 3 } })
    expect(stepOf(other, 'count').cache).toMatchObject({ isHit: false, reason: 'the parameter factor changed: 2 to 3' })
    expect(stepOf(other, 'count').outputs[0]?.files[0]?.digest).toBe(sha256('12'))

    const forced = await app.run('counting', { cache: false })
    expect(stepOf(forced, 'count').cache?.reason).toContain('without the cache')
    // The same bytes are the same dataset version again only when they are the newest.
    expect(stepOf(forced, 'count').outputs[0]?.files[0]?.digest).toBe(sha256('8'))

    await app.addDataset('texts', { 'a.txt': 'five words are in here' })
    const plan = (await app.request('POST', '/v1/pipelines/counting/plan', {})).body
    expect(plan.steps).toEqual([
      { name: 'count', verdict: 'runs', reason: 'the input texts changed' },
      { name: 'train', verdict: 'unknown', reason: 'depends on what count will write' },
    ])
    await app.apply(counting, { ...code, 'steps/count.ts': `${code['steps/count.ts']}// more\n` })
    const edited = await app.run('counting')
    expect(stepOf(edited, 'count').cache?.reason).toBe('the code changed: steps/count.ts is different')
  })

  it('makes a new version only when the content changed', async () => {
    const versions = async () => (await app.request('GET', '/v1/pipelines/counting/versions')).body.items.length
    const count = await versions()
    const { current } = (await app.request('GET', '/v1/pipelines/counting')).body
    await app.apply({ ...counting, parameters: { factor: 7 } }, code)
    expect(await versions()).toBe(count + 1)
    await app.apply({ ...counting, parameters: { factor: 7 } }, code)
    expect(await versions()).toBe(count + 1)
    expect((await app.request('GET', '/v1/pipelines/counting')).body.current.version).toBe(current.version + 1)
  })

  it('answers the same run for the same key', async () => {
    const start = () => app.request('POST', '/v1/pipelines/counting/runs', { key: 'alert 1' })
    const [a, b] = await Promise.all([start(), start()])
    expect(a.body.id).toBe(b.body.id)
    await app.ended(a.body.id)
  })
})
