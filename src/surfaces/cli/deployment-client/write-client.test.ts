import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTransport } from '../../../sdk/index.ts'
import { onnxModel } from '../../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'
import { writeClient } from './write-client.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../../..')
/** The compiler's word for a line that it has to refuse. */
const mustFail = ['@ts', 'expect', 'error'].join('-')
let app: ServingApp
let folder: string

/** `x` [N, 1], `name` text [N], `image` [N, 2, 2]: doubles `x`, gives the name and the image back. */
const rowsModel = onnxModel({
  inputs: [
    { name: 'x', type: 'float', shape: ['N', 1] },
    { name: "the 'name'", type: 'string', shape: ['N'] },
    { name: 'image', type: 'float', shape: ['N', 2, 2] },
  ],
  outputs: [
    { name: 'twice', type: 'float', shape: ['N', 1] },
    { name: 'echo', type: 'string', shape: ['N'] },
    { name: 'picture', type: 'float', shape: ['N', 2, 2] },
  ],
  nodes: [
    { op: 'Add', inputs: ['x', 'x'], outputs: ['twice'] },
    { op: 'Identity', inputs: ["the 'name'"], outputs: ['echo'] },
    { op: 'Identity', inputs: ['image'], outputs: ['picture'] },
  ],
})
const wholeModel = onnxModel({
  inputs: [{ name: 'grid', type: 'float', shape: [2, 3] }],
  outputs: [{ name: 'largest', type: 'float', shape: [] }],
  nodes: [{ op: 'ReduceMax', inputs: ['grid'], outputs: ['largest'], attributes: { keepdims: 0 } }],
})

beforeAll(async () => {
  app = await servingApp()
  folder = await mkdtemp(join(tmpdir(), 'slipway-client-'))
  // A project of ES modules, as the programs below are: whatever lies above the folder must not decide it.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await app.register([1, -1])
  await app.registerBytes(rowsModel, 'rows')
  await app.registerBytes(wholeModel, 'whole')
  for (const [name, model] of [
    ['my-demo', 'demo'],
    ['rows', 'rows'],
    ['3d.whole', 'whole'],
  ])
    await app.request('PUT', `/v1/deployments/${name}`, { model })
})
afterAll(async () => {
  await app.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** Compiles the client and a program beside it as strictly as can be, then runs the program; answers what it printed. */
async function compileAndRun(deployment: string, program: string) {
  const path = join(folder, `${deployment}.ts`)
  await writeClient(createTransport({ url: app.url }), { name: deployment, to: path })
  const main = join(folder, `${deployment}-main.ts`)
  await writeFile(main, program.replaceAll('URL', app.url).replaceAll('MUST-FAIL', mustFail))
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noUnusedLocals']
  const flags = ['--noEmit', '--allowImportingTsExtensions', '--target', 'es2023', '--module', 'nodenext']
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  await run(join(root, 'node_modules/.bin/tsc'), [...strict, ...flags, ...types, '--ignoreConfig', main]).catch(
    (error) => {
      throw new Error(error.stdout)
    },
  )
  const { stdout } = await run(process.execPath, [main])
  return JSON.parse(stdout)
}

describe('slipway deployments client', () => {
  it('takes rows by the names of their columns, and records labels', async () => {
    const printed = await compileAndRun(
      'my-demo',
      `import { createMyDemoClient, MyDemoError, type MyDemoInput } from './my-demo.ts'
const client = createMyDemoClient({ url: 'URL/' })
const rows: MyDemoInput[] = [{ a: 1, b: 0 }, { a: 0, b: 1 }]
const [first, second] = await client.predictMany(rows)
const one = await client.predict({ a: 0.5, b: 0.25 })
const label: number = one.output.label
await client.recordLabel(one.predictionId, true, new Date(5))
if (second) await client.recordLabel(second.predictionId, 0)
const refused = await client.recordLabel('prd_unknown_one', 1).catch((error) => error instanceof MyDemoError && error.status)
// MUST-FAIL a column is missing
const incomplete: MyDemoInput = { a: 1 }
// MUST-FAIL a column is text
const wrong: MyDemoInput = { a: 1, b: 'x' }
const failed = await client.predict(wrong).catch((error) => [error.name, error.status])
console.log(JSON.stringify({ incomplete, first, second, one, label, refused, failed }))
`,
    )
    const direct = await app.predict('my-demo', [0.5, 0.25])
    expect(printed).toMatchObject({ first: { output: { label: 1 } }, second: { output: { label: 0 } }, label: 1 })
    expect(printed.one.output.probabilities[1]).toBe(direct.probability)
    expect(printed.one.version).toBe('1')
    expect([printed.refused, printed.failed]).toEqual([404, ['MyDemoError', 400]])
    for (const [id, value] of [
      [printed.one.predictionId, true],
      [printed.second.predictionId, 0],
    ]) {
      const { body } = await app.request('GET', `/v1/predictions/${id}`)
      expect(body.label.value).toBe(value)
    }
  })

  it('takes rows of tensors of any depth, with names that are no identifiers', async () => {
    const printed = await compileAndRun(
      'rows',
      `import { createRowsClient } from './rows.ts'
const client = createRowsClient({ url: 'URL' })
const image = [[1, 2], [3, 4]]
const predictions = await client.predictMany([
  { x: 1, "the 'name'": 'Zürich', image },
  { x: 2.5, "the 'name'": '', image: [[5, 6], [7, 8]] },
])
const names: string[] = predictions.map(({ output }) => output.echo)
const pictures: number[][][] = predictions.map(({ output }) => output.picture)
const twice: number[] = predictions.map(({ output }) => output.twice)
console.log(JSON.stringify({ names, pictures, twice, none: await client.predictMany([]) }))
`,
    )
    expect(printed).toEqual({
      names: ['Zürich', ''],
      pictures: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      twice: [2, 5],
      none: [],
    })
  })

  it('takes whole tensors where a model knows no rows', async () => {
    const printed = await compileAndRun(
      '3d.whole',
      `import { createModel3dWholeClient } from './3d.whole.ts'
const { output } = await createModel3dWholeClient({ url: 'URL' }).predict({ grid: [[1, 9, 3], [4, 5, 6]] })
const largest: number = output.largest
console.log(JSON.stringify(largest))
`,
    )
    expect(printed).toBe(9)
  })

  it('is the same file for the same signature, and needs one', async () => {
    const transport = createTransport({ url: app.url })
    const [first, second] = [join(folder, 'x/first.ts'), join(folder, 'x/second.ts')]
    for (const to of [first, second]) await writeClient(transport, { name: 'rows', to })
    expect(await readFile(second)).toEqual(await readFile(first))
    await app.request('PUT', '/v1/deployments/early', { model: 'nothing-yet' })
    await expect(writeClient(transport, { name: 'early', to: first })).rejects.toMatchObject({
      code: 'signature_missing',
    })
  })
})
