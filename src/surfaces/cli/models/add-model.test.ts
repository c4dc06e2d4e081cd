import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../../../modules/datasets/index.ts'
import { registry } from '../../../modules/registry/index.ts'
import { tracking } from '../../../modules/tracking/index.ts'
import { commandLine } from '../../../testing/command-line.ts'
import { type TestApp, testApp } from '../../../testing/test-app.ts'
import { formatOf } from './add-model.ts'

describe('slipway models add', () => {
  let app: TestApp
  let slipway: ReturnType<typeof commandLine>
  let folder: string
  beforeAll(async () => {
    app = await testApp({ modules: [datasets, tracking, registry] })
    slipway = commandLine(app.url)
    folder = await mkdtemp(join(tmpdir(), 'slipway-model-'))
    for (const [path, text] of Object.entries({ 'm/model.py': 'def predict(data): ...', 'm/data/table.csv': 'a,b' })) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  })
  afterAll(async () => {
    await app.dispose()
    await rm(folder, { recursive: true })
  })

  it('makes a version of a folder and points the alias at it', async () => {
    const tags = ['--tags', 'team=risk']
    const { code, out } = await slipway(['models', 'add', 'churn', join(folder, 'm'), '--alias', 'champion', ...tags])
    expect([code, out]).toEqual([0, 'Added churn/1 @champion: python, 2 files, 25 B.\n'])
    const { body } = await app.request('GET', '/v1/models/churn/versions/champion')
    expect(body).toMatchObject({ version: 1, format: 'python', tags: { team: 'risk' } })
    expect(body.files.map(({ path }: { path: string }) => path)).toEqual(['data/table.csv', 'model.py'])
  })

  it('keeps the name of a single file, and takes the format that is given', async () => {
    const file = join(folder, 'm', 'model.py')
    const { out } = await slipway(['models', 'add', 'churn', file, '--format', 'files', '--json'])
    expect(JSON.parse(out)).toMatchObject({ version: 2, format: 'files', files: [{ path: 'model.py' }] })
  })

  it('ends with the code of the reason', async () => {
    expect((await slipway(['models', 'add', 'churn', join(folder, 'missing')])).code).toBe(2)
    const refused = await slipway(['models', 'add', 'a/b', join(folder, 'm')])
    expect([refused.code, refused.notes]).toEqual([2, expect.stringContaining('a model name has')])
  })
})

describe('the format of a version', () => {
  it.each([
    [['graph.yaml', 'score.onnx', 'a.ts'], 'graph'],
    [['deep/graph.yaml', 'model.onnx'], 'onnx'],
    [['MLmodel', 'model.pkl'], 'python'],
    [['weights.bin'], 'files'],
  ])('of %j is %s', (paths, format) => {
    expect(formatOf(paths.map((path) => ({ path })))).toBe(format)
  })
})
