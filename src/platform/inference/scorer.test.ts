import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directProcesses } from '../../testing/direct-processes.ts'
import { logisticModel, sluggishModel } from '../../testing/onnx-model.ts'
import type { Processes } from '../process/index.ts'
import { openScorer, type Scorer } from './scorer.ts'
import type { Tensor } from './tensor.ts'

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
    const modelPath = join(folder, `${name}.onnx`)
    await writeFile(modelPath, model)
    const opened = await openScorer({
      processes,
      folder,
      name: `${name}-${process.pid}`,
      source: { path: modelPath, inputs: [], outputs: [] },
      runLimitMs,
    })
    open.push(opened)
    return opened
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
