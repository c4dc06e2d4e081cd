import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDataPlane, testDataPlane } from '../../../testing/data-plane.ts'
import { pythonModel } from '../../../testing/python-model.ts'
import type { Plan, PlanVariant } from '../../inference/plan.ts'

interface Answer {
  readonly status: number
  readonly body: { readonly error?: string; readonly outputs?: readonly { name: string; data: (number | string)[] }[] }
}

let plane: TestDataPlane
let one: PlanVariant
let two: PlanVariant

beforeAll(async () => {
  plane = await testDataPlane({ workers: 1, control: (_, response) => response.end() })
  one = await variant('1')
  two = await variant('2')
  await plane.plane.apply(plan(1, one))
})
afterAll(() => plane.stop())

async function variant(version: string): Promise<PlanVariant> {
  const source = await pythonModel(join(plane.folder, `model-${version}`))
  return {
    ...source,
    name: 'champion',
    modelVersionId: `mdv_${version}`,
    version,
    weight: 100,
    digest: `py-${version}`,
  }
}

function plan(version: number, ...variants: PlanVariant[]): Plan {
  return { version, deployments: [{ name: 'shop', salt: 's', variants }] }
}

async function predict(...prices: number[]): Promise<Answer> {
  const shape = [prices.length]
  const inputs = [
    { name: 'price', datatype: 'FP64', shape, data: prices },
    { name: 'count', datatype: 'INT64', shape, data: prices.map(() => 2) },
  ]
  const response = await fetch(`${plane.url}/v2/models/shop/infer`, {
    method: 'POST',
    body: JSON.stringify({ inputs }),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

const output = ({ body }: Answer, name: string) => body.outputs?.find((each) => each.name === name)?.data ?? []

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function untilGone(pid: number): Promise<void> {
  const deadline = performance.now() + 4000
  while (isAlive(pid) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(isAlive(pid)).toBe(false)
}

describe('a Python model in the data plane', () => {
  it('answers with the columns it was sent; what may be left out is missing', async () => {
    const answer = await predict(1.5, 4)
    expect(answer.status).toBe(200)
    expect(output(answer, 'total')).toEqual([3, 8])
    expect(output(answer, 'text')).toEqual([null, null])
    const records = await plane.records()
    expect(JSON.stringify(records.at(-1))).toMatch(/"shop","champion","mdv_1".*"city","BYTES",\[2\],\[null,null\]/)
  })

  it('that dies fails the request that killed it and no other of the same batch', async () => {
    const prices = Array.from({ length: 30 }, (_, index) => (index === 12 ? -2 : index))
    const answers = await Promise.all(prices.map((price) => predict(price)))
    const failed = answers.flatMap(({ status, body }, index) => (status === 200 ? [] : [[index, status, body.error]]))
    expect(failed).toEqual([[12, 500, expect.stringContaining('the process of the model ended: exit code 3')]])
    answers.forEach((answer, index) => {
      if (index !== 12) expect(output(answer, 'total')).toEqual([index * 2])
    })
  })

  it('is asked once for requests that arrive together', async () => {
    await predict(1)
    await Promise.all(Array.from({ length: 40 }, (_, index) => predict(index)))
    const stats = await fetch(`${plane.url}/v2/models/shop/stats`).then((response) => response.json())
    const [model] = (stats as { model_stats: { inference_count: number; execution_count: number }[] }).model_stats
    expect(model?.execution_count).toBeLessThan(model?.inference_count ?? 0)
  })

  it('leaves no process behind when another version takes its place, or when its worker is killed', async () => {
    const [old] = output(await predict(1), 'process')
    await plane.plane.apply(plan(2, two))
    await untilGone(Number(old))
    const [fresh] = output(await predict(1), 'process')
    const [worker] = await plane.plane.status()
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    await untilGone(Number(fresh))
    await plane.plane.apply(plan(3, two))
    expect((await predict(3)).status).toBe(200)
  })

  it('that cannot be loaded leaves what was live, and says why', async () => {
    const source = await pythonModel(join(plane.folder, 'broken'), { text: 'raise OSError("no weights here")' })
    const broken = { ...two, ...source, version: '9', digest: 'py-9' }
    const { failures } = await plane.plane.apply(plan(4, broken))
    expect(failures).toEqual([{ deployment: 'shop', problem: expect.stringContaining('OSError: no weights here') }])
    expect((await predict(3)).status).toBe(200)
  })
})
