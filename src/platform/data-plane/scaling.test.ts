import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sleep } from '../../kernel/retry.ts'
import { planVariant, type TestDataPlane, testDataPlane } from '../../testing/data-plane.ts'
import { directProcesses } from '../../testing/direct-processes.ts'
import { sluggishModel } from '../../testing/onnx-model.ts'
import { createScaling, type LoadSample } from './scaling.ts'
import type { WorkerConfig } from './worker/worker.ts'
import { untilReady, workerSpec } from './worker-process.ts'

/** Gives the same load to whatever number of workers there is, and answers how the number goes. */
function follow(
  scale: (sample: LoadSample) => number,
  from: number,
  samples: readonly Partial<LoadSample>[],
): number[] {
  let workers = from
  return samples.map((sample) => {
    workers = scale({ workers, busy: 0, pending: 0, ...sample })
    return workers
  })
}
const times = (count: number, sample: Partial<LoadSample>) => Array.from({ length: count }, () => sample)

describe('the number of workers', () => {
  it('grows by one after three busy samples, up to its bound', () => {
    const scale = createScaling({ min: 1, max: 3 })
    expect(follow(scale, 1, times(9, { busy: 0.9 }))).toEqual([1, 1, 2, 2, 2, 3, 3, 3, 3])
  })

  it('does not follow a burst', () => {
    const scale = createScaling({ min: 1, max: 3 })
    expect(follow(scale, 1, [...times(2, { busy: 1 }), { busy: 0.2 }, ...times(2, { busy: 1 })])).toEqual([
      1, 1, 1, 1, 1,
    ])
  })

  it('grows when requests wait although the thread is idle, as it is while other processes work', () => {
    const scale = createScaling({ min: 1, max: 2 })
    expect(follow(scale, 1, times(3, { busy: 0.1, pending: 40 }))).toEqual([1, 1, 2])
  })

  it('falls after a quiet minute, and never below its bound', () => {
    const scale = createScaling({ min: 1, max: 3 })
    const numbers = follow(scale, 3, times(200, { busy: 0.1 }))
    expect([numbers[58], numbers[59], numbers[118], numbers[119], numbers[199]]).toEqual([3, 2, 2, 1, 1])
  })

  it('stays where it is when one less would be as busy as a reason to grow again', () => {
    const scale = createScaling({ min: 1, max: 3 })
    expect(new Set(follow(scale, 2, times(200, { busy: 0.4 })))).toEqual(new Set([2]))
  })
})

describe('workers under load', () => {
  let test: TestDataPlane
  beforeAll(async () => {
    test = await testDataPlane({
      workers: 1,
      maxWorkers: 2,
      scaleEveryMs: 25,
      control: (_, response) => response.end(),
    })
    const variant = await planVariant(test.folder, sluggishModel(), { version: '1' })
    await test.plane.apply({ version: 1, deployments: [{ name: 'slow', salt: 's', variants: [variant] }] })
  })
  afterAll(() => test.stop())

  const ask = (size: number) =>
    fetch(`${test.url}/v2/models/slow/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [size, size] }] }),
    })
  const workers = async () => (await test.plane.load()).workers

  it('become more and fewer again, take over connections, and fail no request', async () => {
    const statuses: number[] = []
    let isOver = false
    const client = async () => {
      while (!isOver) statuses.push((await ask(120)).status)
    }
    // Each connection goes to one worker by chance: of so many, some go to the second.
    const load = Promise.all(Array.from({ length: 16 }, client))
    await expect.poll(workers).toBe(2)
    const requestsOf = async (worker: number) =>
      (await test.segments())
        .filter(({ name }) => name.startsWith(`${worker}-`))
        .reduce((sum, { lines }) => sum + lines, 0)
    await expect.poll(() => requestsOf(1)).toBeGreaterThan(0)
    isOver = true
    await load
    // A little goes on: who is asked while a worker ends is answered.
    while ((await workers()) !== 1) {
      statuses.push((await ask(2)).status)
      await sleep(30)
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(await test.plane.apply({ version: 2, deployments: [] })).toEqual({ version: 2, failures: [] })
    expect((await test.plane.status()).map(({ worker }) => worker)).toEqual([0])
  })

  it('of an earlier start that are too many now are ended', async () => {
    const config: WorkerConfig = JSON.parse(await readFile(join(test.folder, 'worker-1.json'), 'utf8'))
    const left = await directProcesses().start(await workerSpec(config, test.folder))
    await untilReady(config.commandSocket, () => false)
    await test.again({ workers: 1 }).start()
    expect(await left.exited).toMatchObject({ code: 0 })
  })
})
