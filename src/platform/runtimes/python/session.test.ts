import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonModel } from '../../../testing/python-model.ts'
import { InputRefused, RunLost } from '../../inference/errors.ts'
import type { Tensor } from '../../inference/tensor.ts'
import { createProcesses } from '../../process/index.ts'
import type { ModelSession } from '../session.ts'
import { openPythonSession } from './session.ts'

const processes = createProcesses()
const open: ModelSession[] = []
let folder = ''
let number = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-python-'))
})
afterAll(async () => {
  await Promise.all(open.map((session) => session.release()))
  await processes.stop()
  await rm(folder, { recursive: true })
})

async function session(given?: Parameters<typeof pythonModel>[1]): Promise<ModelSession> {
  number += 1
  const source = await pythonModel(join(folder, String(number)), given)
  const name = `test-${process.pid}-${number}`
  const opened = await openPythonSession(source, source.runtime, { processes, folder, name })
  open.push(opened)
  return opened
}

const rows = (prices: number[], cities: (string | null)[] = prices.map(() => 'Oslo')): Tensor[] => [
  { name: 'price', datatype: 'FP64', shape: [prices.length], data: Float64Array.from(prices) },
  { name: 'count', datatype: 'INT64', shape: [prices.length], data: BigInt64Array.from(prices, () => 3n) },
  { name: 'city', datatype: 'BYTES', shape: [prices.length], data: cities },
]
const valuesOf = (outputs: readonly Tensor[], name: string) => [
  ...(outputs.find((output) => output.name === name)?.data ?? []),
]

describe('a Python model', () => {
  it('takes columns of several types with missing values, and names what it gives', async () => {
    const { run } = await session()
    const outputs = await run(rows([1.5, 2], ['Ærø "1"', null]))
    expect(outputs.map(({ name, datatype, shape }) => [name, datatype, shape])).toEqual([
      ['total', 'FP64', [2]],
      ['text', 'BYTES', [2]],
      ['process', 'INT64', [2]],
    ])
    expect(valuesOf(outputs, 'total')).toEqual([4.5, 6])
    expect(valuesOf(outputs, 'text')).toEqual(['from Ærø "1"', null])
  })

  it('says what it raised and where, and goes on in the same process', async () => {
    const { run } = await session()
    const before = valuesOf(await run(rows([1])), 'process')
    const refused = await run(rows([-1])).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(InputRefused)
    expect(String(refused)).toContain('ValueError: a price may not be negative at model.py:7')
    await expect(run(rows([-4, 1]))).rejects.toThrow('the model gave 1 for 2 rows as "total"')
    expect(valuesOf(await run(rows([1])), 'process')).toEqual(before)
  })

  it('that ends its process fails that run only: another process answers the next', async () => {
    const { run } = await session()
    const [first] = valuesOf(await run(rows([1])), 'process')
    const lost = await run(rows([-2])).catch((error: unknown) => error)
    expect(lost).toBeInstanceOf(RunLost)
    expect(String(lost)).toContain('exit code 3')
    const [second] = valuesOf(await run(rows([1])), 'process')
    expect(second).not.toBe(first)
  })

  it('that hangs is ended after its time and answers again', async () => {
    const { run } = await session({ runtime: { timeoutMs: 300 } })
    await expect(run(rows([-3]))).rejects.toThrow('it gave no answer within 300 ms')
    expect(valuesOf(await run(rows([2])), 'total')).toEqual([6])
  })

  it('with two processes answers two runs at once', async () => {
    const meeting = await mkdtemp(join(folder, 'meeting-'))
    // Each answers once the other has been asked too.
    const text = `
import os, time
def predict(frame):
    open(os.path.join(${JSON.stringify(meeting)}, str(os.getpid())), "w").close()
    while len(os.listdir(${JSON.stringify(meeting)})) < 2:
        time.sleep(0.01)
    return [os.getpid()] * len(frame["price"])
`
    const { run, lanes } = await session({ runtime: { instances: 2 }, text })
    const both = await Promise.all([run(rows([1])), run(rows([2]))])
    expect(new Set(both.flatMap((outputs) => valuesOf(outputs, 'predictions'))).size).toBe(2)
    expect(lanes).toBe(2)
  })

  it('takes and gives nested numbers, booleans and text without a package', async () => {
    const { run } = await session({
      model: { call: 'arrays' },
      text: 'def predict(given):\n    grid = given["grid"]\n    return {"flags": [row[0] > 1 for row in grid], "pairs": [[row[0], row[1] * 2] for row in grid]}',
    })
    const [flags, pairs] = await run([
      { name: 'grid', datatype: 'INT32', shape: [2, 2], data: Int32Array.from([1, 2, 3, 4]) },
    ])
    expect(flags).toMatchObject({ datatype: 'BOOL', shape: [2], data: Uint8Array.from([0, 1]) })
    expect(pairs).toMatchObject({ datatype: 'INT64', shape: [2, 2], data: BigInt64Array.from([1n, 4n, 3n, 8n]) })
  })

  it('whose own fault it is does not blame the input', async () => {
    const { run } = await session({ text: 'def predict(frame):\n    return frame["no such column"]' })
    const failed = await run(rows([1])).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Error)
    expect(failed).not.toBeInstanceOf(InputRefused)
  })

  it('gets the params of a request, with the defaults of its signature', async () => {
    const { run } = await session({
      model: {
        params: [
          { name: 'factor', type: 'number', isList: false, default: 2 },
          { name: 'greeting', type: 'string', isList: false, default: 'hi' },
        ],
      },
      text: 'def predict(frame, params=None):\n    return [f"{params[\'greeting\']} {price * params[\'factor\']}" for price in frame["price"]]',
    })
    const said = async (params?: Record<string, string | number>) =>
      valuesOf(await run(rows([1.5]), undefined, params), 'predictions')
    expect(await said()).toEqual(['hi 3.0'])
    expect(await said({ factor: 4, unknown: 1 })).toEqual(['hi 6.0'])
    await expect(said({ factor: 'many' })).rejects.toThrow('param "factor" must be a number, got "many"')
  })

  it('that cannot be loaded is refused with what it printed', async () => {
    const broken = session({ text: 'print("looking for weights")\nraise OSError("no weights here")' })
    await expect(broken).rejects.toThrow(/OSError: no weights here[\s\S]*looking for weights/)
    await expect(session({ runtime: { interpreter: join(folder, 'none') } })).rejects.toThrow('cannot be run')
  })
})
