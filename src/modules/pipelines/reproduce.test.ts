import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type PipelineApp, pipelineApp, sha256, stepOf } from '../../testing/pipeline-app.ts'
import type { PipelineDefinitionInput, Reproduction } from './index.ts'
import { renderReproduction } from './reproduction-text.ts'

const here = '$(dirname "$SLIPWAY_STEP")'

/** Copies its text into a dataset, "trains" with a command of choice, measures; the last step fails. */
function pipeline(name: string, train: string): PipelineDefinitionInput {
  return {
    name,
    parameters: { factor: 2 },
    steps: [
      {
        name: 'prepare',
        run: `cat ${here}/inputs/texts/a.txt ${here}/inputs/texts/a.txt > ${here}/outputs/rows/rows.txt`,
        inputs: { texts: `dataset/${name}@latest` },
        outputs: { rows: `dataset/${name}-rows` },
      },
      { name: 'train', run: train, inputs: { rows: 'step/prepare.rows' }, outputs: { model: `model/${name}` } },
      { name: 'announce', run: 'exit 3', inputs: { model: 'step/train.model' }, outputs: { said: 'files' } },
    ],
  }
}

const measure = (value: string) => `echo '{"metrics": {"accuracy": ${value}}}' > ${here}/result.json`
const random = 'head -c 32 /dev/urandom | od -An -tx1'
const trainings = {
  same: `cp ${here}/inputs/rows/rows.txt ${here}/outputs/model/weights.txt && ${measure('0.9')}`,
  shuffled: `${random} > ${here}/outputs/model/weights.txt && ${measure('0.9')}`,
  // 0.9 in its first run; the second, which finds the mark of the first, measures less.
  worse: `${random} > ${here}/outputs/model/weights.txt && if mkdir "$MARK" 2> /dev/null; then ${measure('0.9')}; else ${measure('0.89')}; fi`,
} as const

describe.each(dialectNames)('a model version on %s', (database) => {
  let app: PipelineApp
  beforeAll(async () => {
    app = await pipelineApp({ database })
    for (const [name, train] of Object.entries(trainings)) {
      await app.addDataset(name, { 'a.txt': 'one two three\n' })
      const definition = pipeline(name, train)
      const mark = `${app.dataDir}/mark`
      await app.apply({ ...definition, steps: definition.steps.map((step) => ({ ...step, env: { MARK: mark } })) })
      expect((await app.run(name)).state).toBe('failed')
    }
  })
  afterAll(() => app.dispose())

  async function reproduce(version: string, query = ''): Promise<Reproduction> {
    const started = await app.request('POST', '/v1/reproductions', { version })
    expect(started).toMatchObject({ status: 201, body: { state: 'running' } })
    await app.ended(started.body.id)
    return (await app.request('GET', `/v1/reproductions/${started.body.id}${query}`)).body
  }
  const newest = async (path: string) => (await app.request('GET', `/v1/${path}`)).body.items[0].version

  it('is reproduced from the data, code and parameters it was made from, whatever came since', async () => {
    await app.addDataset('same', { 'a.txt': 'other data\n' })
    await app.apply(pipeline('same', 'echo newer code > x'))
    const found = await reproduce('same@latest')
    expect(found).toMatchObject({ version: 'same/1', state: 'identical' })
    expect(found.steps).toEqual([
      {
        name: 'prepare',
        state: 'succeeded',
        outputs: [{ name: 'rows', isIdentical: true, changes: [] }],
        metrics: [],
        environment: [],
      },
      {
        name: 'train',
        state: 'succeeded',
        outputs: [{ name: 'model', isIdentical: true, changes: [] }],
        metrics: [{ key: 'accuracy', before: 0.9, after: 0.9, difference: 0, isWithin: true }],
        environment: [],
      },
    ])
    expect(renderReproduction(found)).toContain('same/1 is reproduced: the same bytes')
  })

  it('leaves nothing behind that could be taken for a new version', async () => {
    const { id } = await reproduce('same/1')
    expect([await newest('models/same/versions'), await newest('datasets/same-rows/versions')]).toEqual([1, 1])
    const run = (await app.request('GET', `/v1/pipeline-runs/${id}`)).body
    expect(run).toMatchObject({ state: 'succeeded', trigger: { kind: 'reproduction' } })
    expect(stepOf(run, 'announce')).toMatchObject({ state: 'skipped', attempts: [] })
    expect(stepOf(run, 'prepare').outputs[0]?.files).toMatchObject([
      { path: 'rows.txt', digest: sha256('one two three\none two three\n') },
    ])
    const { tags } = (await app.request('GET', `/v1/runs/${stepOf(run, 'train').runId}`)).body
    expect(tags.reproduces).toMatch(/^mdv_/)
    await app.settled()
    const events = await app.platform.events.list({ limit: 500, types: ['pipelines.run.finished'] })
    const own = events.filter((event) => event.subject === id).map((event) => event.payload)
    expect(own).toMatchObject([{ state: 'succeeded', modelVersionIds: [] }])
  })

  it('counts as reproduced with other bytes when every metric is within the tolerance', async () => {
    const plan = async () => (await app.request('POST', '/v1/pipelines/shuffled/plan', {})).body.steps
    const before = await plan()
    const found = await reproduce('shuffled@latest')
    expect(found.state).toBe('equivalent')
    // A cached step must never stand on what was not published.
    expect(await plan()).toEqual(before)
    expect(before[1]).toMatchObject({ name: 'train', verdict: 'cached' })
    expect(found.steps[1]?.outputs).toEqual([
      { name: 'model', isIdentical: false, changes: [{ path: 'weights.txt', change: 'changed' }] },
    ])
  })

  it('is different when a metric moved farther than the tolerance', async () => {
    const found = await reproduce('worse/1')
    expect(found.state).toBe('different')
    expect(found.steps[1]?.metrics[0]).toMatchObject({ before: 0.9, after: 0.89, isWithin: false })
    expect(found.steps[1]?.metrics[0]?.difference).toBeCloseTo(0.01 / 0.9, 10)
    expect(renderReproduction(found)).toContain('accuracy  0.9 -> 0.89  (1.1e-2 relative)  too far')
    const lenient = await app.request('GET', `/v1/reproductions/${found.id}?tolerance=0.02`)
    expect(lenient.body.state).toBe('equivalent')
  })

  it('names what it was made with that is different now', async () => {
    const { stepRunId } = (await app.request('GET', '/v1/models/shuffled/versions/1')).body
    const run = (await app.request('GET', '/v1/pipeline-runs?pipeline=shuffled')).body.items.at(-1)
    const train = stepOf((await app.request('GET', `/v1/pipeline-runs/${run.id}`)).body, 'train')
    expect(train.id).toBe(stepRunId)
    // As another machine would have recorded it.
    const { items } = (await app.request('GET', `/v1/runs/${train.runId}/artifacts?path=source`)).body
    const environment = await (await fetch(`${app.url}/v1/blobs/${items[0].digest}`)).json()
    environment.machine.processor = 'Z80'
    environment.interpreter = { name: 'python', version: '3.9', packages: { numpy: '1.0' } }
    const [file] = await app.store({ 'environment.json': JSON.stringify(environment) })
    await app.request('POST', `/v1/runs/${train.runId}/artifacts`, { ...file, path: 'source/environment.json' })
    const found = await reproduce('shuffled/1')
    expect(found.steps[1]?.environment.map(({ name, before }) => [name, before])).toEqual([
      ['interpreter.name', 'python'],
      ['interpreter.version', '3.9'],
      ['machine.processor', 'Z80'],
      ['package numpy', '1.0'],
    ])
    expect(renderReproduction(found)).toContain('package numpy  1.0 -> none')
  })

  it('says why it cannot be reproduced', async () => {
    const files = await app.store({ 'm.txt': 'by hand' })
    await app.request('POST', '/v1/models/manual/versions', { model: 'manual', files, format: 'files' })
    const refused = await app.request('POST', '/v1/reproductions', { version: 'manual/1' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'reproduction_impossible' } })
    expect(refused.body.detail).toContain('no pipeline step made it')
    const run = await app.run('shuffled')
    expect((await app.request('GET', `/v1/reproductions/${run.id}`)).status).toBe(404)
    const forged = { trigger: { kind: 'reproduction', id: 'mdv_1' } }
    expect((await app.request('POST', '/v1/pipelines/shuffled/runs', forged)).status).toBe(400)
  })
})
