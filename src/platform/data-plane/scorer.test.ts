import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directProcesses } from '../../testing/direct-processes.ts'
import { logisticModel, sluggishModel } from '../../testing/onnx-model.ts'
import { pythonModel } from '../../testing/python-model.ts'
import type { ModelSource } from '../inference/runtime.ts'
import type { Tensor } from '../inference/tensor.ts'
import type { Processes } from '../process/index.ts'
import { openScorer, type Scorer } from './scorer.ts'

describe('a scorer', () => {
  let folder: string
  const open: Scorer[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-scorer-'))
  })
  afterAll(async () => {
    await Promise.all(open.map((scorer) => scorer.stop()))
    await rm(folder, { recursive: true })
  })

  const pids: number[] = []
  const processes: Processes = {
    ...directProcesses(),
    start: async (spec) => {
      const child = await directProcesses().start(spec)
      pids.push(child.pid)
      return child
    },
  }
  async function scorer(name: string, model: Uint8Array, runLimitMs = 10_000) {
    const path = join(folder, `${name}.onnx`)
    await writeFile(path, model)
    return opened(name, { path, inputs: [], outputs: [] }, runLimitMs)
  }
  async function opened(name: string, source: ModelSource, runLimitMs = 10_000) {
    const one = await openScorer({ processes, folder, name: `${name}-${process.pid}`, source, runLimitMs })
    open.push(one)
    return one
  }
  const row = (...values: number[]): Tensor[] => [
    { name: 'features', datatype: 'FP32', shape: [1, values.length], data: Float32Array.from(values) },
  ]

  it('runs each request by itself, and tells which one failed and why', async () => {
    const { run } = await scorer('plain', logisticModel([1, -1], 0))
    const [first, wrong, second] = await run([row(1, 0), row(1, 2, 3), row(0, 1)])
    const label = (scored: typeof first) =>
      scored !== undefined && 'outputs' in scored ? scored.outputs[0]?.data[0] : undefined
    expect([label(first), label(second)]).toEqual([1n, 0n])
    expect(wrong).toMatchObject({ problem: expect.stringContaining('features') })
    expect(first).toMatchObject({ latencyUs: expect.any(Number) })
  })

  it('answers any number of requests in their order', async () => {
    const { run } = await scorer('many', logisticModel([1, -1], 0))
    const scored = await run(Array.from({ length: 50 }, (_, at) => row(at % 3 === 0 ? 1 : 0, 0.5)))
    const labels = scored.map((each) => ('outputs' in each ? Number(each.outputs[0]?.data[0]) : each.problem))
    expect(labels).toEqual(Array.from({ length: 50 }, (_, at) => (at % 3 === 0 ? 1 : 0)))
    expect(await run([])).toEqual([])
  })

  it('runs rows together where only the answers matter, and still tells which one failed and why', async () => {
    const runs = join(folder, 'runs')
    const text = `
def predict(frame):
    prices = list(frame["price"])
    with open(${JSON.stringify(runs)}, "a") as log:
        log.write(str(len(prices)) + "\\n")
    if -1 in prices:
        raise ValueError("a price may not be negative")
    return {"total": [2 * float(price) for price in prices]}
`
    const free = { datatype: 'FP64', shape: [-1] } as const
    const source = {
      ...(await pythonModel(join(folder, 'doubles'), { text })),
      inputs: [{ name: 'price', isColumn: true, ...free }],
      outputs: [{ name: 'total', ...free }],
    }
    const { runTogether } = await opened('doubles', source)
    const priced = (price: number): Tensor[] => [
      { name: 'price', datatype: 'FP64', shape: [1], data: Float64Array.of(price) },
    ]
    const scored = await runTogether(Array.from({ length: 40 }, (_, at) => priced(at === 33 ? -1 : at)))
    const totals = scored.map((each) => ('outputs' in each ? each.outputs[0]?.data[0] : each.problem))
    const doubled = Array.from({ length: 40 }, (_, at) => 2 * at)
    expect(totals).toEqual(doubled.with(33, expect.stringContaining('a price may not be negative')))
    expect((await readFile(runs, 'utf8')).split('\n').filter((rows) => rows === '20')).toHaveLength(2)
    expect(await runTogether([row(1, 2)])).toMatchObject([{ problem: expect.stringContaining('price') }])
  })

  it('is over when its process is killed, and says how it ended', async () => {
    const opened = await scorer('killed', sluggishModel())
    const running = opened.run([row(3000, 3000)])
    process.kill(pids.at(-1) ?? 0, 'SIGKILL')
    await expect(running).rejects.toMatchObject({ code: 'scorer_lost', message: expect.stringContaining('SIGKILL') })
    await expect(opened.run([row(1, 1)])).rejects.toMatchObject({ code: 'scorer_lost' })
  })

  it('ends a model that hangs', async () => {
    const opened = await scorer('hanging', sluggishModel(), 300)
    expect(await opened.run([row(1, 1)])).toMatchObject([{ latencyUs: expect.any(Number) }])
    await expect(opened.run([row(3000, 3000)])).rejects.toThrow('no answer within 300 ms')
    expect(() => process.kill(pids.at(-1) ?? 0, 0)).toThrow('ESRCH')
  })

  it('refuses a file that is no model', async () => {
    await expect(scorer('broken', Buffer.from('nothing'))).rejects.toMatchObject({ code: 'scorer_lost' })
  })
})
