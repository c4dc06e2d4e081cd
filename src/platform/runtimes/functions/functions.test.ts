import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Datatype, TensorSpec } from '../../inference/tensor.ts'
import { readDeclaration } from './declaration.ts'
import { toOutputTensors } from './result.ts'
import { describeError, loadFunctions } from './run.ts'

const given = (datatype: Datatype, shape: readonly number[], value: unknown) => {
  const spec: TensorSpec = { name: 'y', datatype, shape }
  const [tensor] = toOutputTensors([spec], { y: value })
  return { shape: tensor?.shape, data: tensor?.data }
}

describe('what a function gives', () => {
  it.each<[string, Datatype, number[], unknown, number[], unknown]>([
    ['a typed array of its own type, as it is', 'FP32', [-1], Float32Array.of(1, 2), [2], Float32Array.of(1, 2)],
    [
      'nested lists',
      'FP32',
      [-1, 2],
      [
        [1, 2],
        [3, 4],
      ],
      [2, 2],
      Float32Array.of(1, 2, 3, 4),
    ],
    [
      'flat values whose free dimension follows',
      'INT32',
      [2, -1],
      [1, 2, 3, 4, 5, 6],
      [2, 3],
      Int32Array.of(1, 2, 3, 4, 5, 6),
    ],
    ['data with a shape', 'FP64', [-1, -1], { data: [1, 2], shape: [1, 2] }, [1, 2], Float64Array.of(1, 2)],
    ['another kind of typed array', 'INT64', [-1], Int32Array.of(7), [1], BigInt64Array.of(7n)],
    ['big integers', 'INT64', [-1], [2n ** 60n], [1], BigInt64Array.of(2n ** 60n)],
    ['truth', 'BOOL', [-1], [true, false], [2], Uint8Array.of(1, 0)],
    ['texts and missing ones', 'BYTES', [-1], ['a', null], [2], ['a', null]],
    ['no rows', 'FP32', [-1], [], [0], new Float32Array()],
  ])('may be %s', (_, datatype, shape, value, expectedShape, data) => {
    expect(given(datatype, shape, value)).toEqual({ shape: expectedShape, data })
  })

  it.each<[unknown, Datatype, number[], string]>([
    [[1.5], 'INT32', [-1], 'the value 1.5 does not fit the datatype INT32 at position 0 of output "y"'],
    [[300], 'UINT8', [-1], 'the value 300 does not fit the datatype'],
    [[[1, 2, 3]], 'FP32', [-1, 2], 'gave output "y" with the shape [1, 3], not [-1, 2]'],
    [
      [1, 2, 3],
      'FP32',
      [-1, 2],
      'gave output "y" as 3 values, which have no one shape like [-1, 2]; give { data, shape }',
    ],
    [{ data: Float32Array.of(1), shape: [2] }, 'FP32', [-1], 'gave output "y" with 1 values, not the 2 of [2]'],
    [[[1], [2, 3]], 'FP32', [-1, 1], 'unexpected number of values for output "y"'],
    ['text', 'BYTES', [-1], 'gave output "y" as string, not as an array'],
    [undefined, 'FP32', [-1], 'gave no output "y"'],
  ])('is refused as %j for %s %j', (value, datatype, shape, problem) => {
    expect(() => given(datatype, shape, value)).toThrow(problem)
  })

  it('is an object of what is declared, and of nothing else', () => {
    expect(() => toOutputTensors([], 3)).toThrow('gave number, not an object of its outputs')
    expect(() => toOutputTensors([], { z: [] })).toThrow('gave "z", which it does not declare')
  })
})

describe('what a file declares', () => {
  const column = { datatype: 'FP64', shape: [-1] }
  const whole = { inputs: { a: column }, outputs: { b: { datatype: 'FP32', shape: [-1, 2] } }, default: () => ({}) }

  it('is its inputs, its outputs, and whether it takes rows of several requests', () => {
    expect(readDeclaration(whole)).toEqual({
      inputs: [{ name: 'a', datatype: 'FP64', shape: [-1], isColumn: true }],
      outputs: [{ name: 'b', datatype: 'FP32', shape: [-1, 2] }],
      batch: true,
    })
    expect(readDeclaration({ ...whole, batch: false })).toMatchObject({ batch: false })
    expect(readDeclaration({ ...whole, inputs: { a: { datatype: 'FP64', shape: [3] } } })).toMatchObject({
      batch: false,
    })
  })

  it('is refused with all that is wrong', () => {
    const { problems } = readDeclaration({
      inputs: { a: { datatype: 'float', shape: [-1] }, b: { datatype: 'FP32', shape: 'any' } },
      batch: 'no',
    }) as { problems: string[] }
    expect(problems.map((problem) => problem.split(',')[0])).toEqual([
      'exports no function as default; write export default (inputs',
      'inputs.a.datatype is "float"',
      'inputs.b.shape is "any"',
      "does not declare its outputs; write export const outputs = { age: { datatype: 'FP64'",
      'export const batch must be true or false',
    ])
  })
})

describe('the functions of a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-functions-'))
    const declared =
      "const column = { datatype: 'FP64', shape: [-1] }\nexport const inputs = { a: column }, outputs = { b: column }\n"
    await mkdir(join(folder, 'data'))
    const files = {
      'table.ts': `${declared}export default ({ a }: any, ctx: any) => ({ b: a.data.map((x: number) => x * ctx.readJson('data/t.json').factor) })`,
      'later.mjs': `${declared}export default async ({ a }) => { await new Promise((go) => setTimeout(go, 5)); return { b: a.data } }`,
      'outside.js': `${declared}export default (_, ctx) => ctx.readText('../secret')`,
      'broken.ts': 'export default (',
      'data/t.json': '{"factor": 3}',
    }
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('are loaded with their types stripped, read their files, and may take their time', async () => {
    const { files, run } = await loadFunctions(folder, ['table.ts', 'later.mjs', 'outside.js', 'broken.ts'])
    const a = { name: 'a', datatype: 'FP64', shape: [2], data: Float64Array.of(1, 2) } as const
    expect((await run('table.ts', [a]))[0]).toEqual({
      name: 'b',
      datatype: 'FP64',
      shape: [2],
      data: Float64Array.of(3, 6),
    })
    expect((await run('later.mjs', [a]))[0]?.data).toEqual(a.data)
    await expect(run('outside.js', [a])).rejects.toThrow('../secret is not in the folder of the functions')
    expect(files['broken.ts']).toMatchObject({ problems: [expect.stringMatching(/^cannot be loaded: /)] })
  })

  it('tell their own place in a failure', () => {
    const error = new RangeError(`no ${folder}/data/x`)
    error.stack = `RangeError\n    at f (file://${folder}/table.ts:3:9)`
    expect(describeError(error, folder)).toBe('RangeError: no data/x at table.ts:3')
  })
})
