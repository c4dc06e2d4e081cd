import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planVariant, type TestDataPlane, testDataPlane } from '../../../testing/data-plane.ts'
import { logisticModel, onnxModel } from '../../../testing/onnx-model.ts'
import { pythonModel } from '../../../testing/python-model.ts'
import type { DeploymentSettings, PlanVariant } from '../../inference/plan.ts'

const mebibyte = 1024 * 1024
const rowCount = 4 * mebibyte

/** 64 MiB of values, of which each row picks four: row i is [i, i, i, i]. */
function largeModel(): Uint8Array {
  const values = Float32Array.from({ length: rowCount * 4 }, (_, at) => Math.floor(at / 4))
  return onnxModel({
    inputs: [{ name: 'row', type: 'int64', shape: ['N'] }],
    outputs: [{ name: 'values', type: 'float', shape: ['N', 4] }],
    nodes: [{ op: 'Gather', inputs: ['table', 'row'], outputs: ['values'] }],
    constants: [{ name: 'table', shape: [rowCount, 4], values }],
  })
}

describe('a model that nobody asks for', () => {
  let plane: TestDataPlane
  let large: PlanVariant
  let small: PlanVariant
  let python: PlanVariant
  let version = 0
  beforeAll(async () => {
    plane = await testDataPlane({ workers: 1, control: (_, response) => response.end() })
    large = await planVariant(plane.folder, largeModel(), { version: '1' })
    small = await planVariant(plane.folder, logisticModel([1, -1], 0), { version: '2' })
    const shop = { name: 'champion', modelVersionId: 'mdv_3', version: '3', weight: 100, digest: 'py-3' }
    python = { ...(await pythonModel(join(plane.folder, 'shop'))), ...shop }
  })
  afterAll(() => plane.stop())

  function apply(settings: Record<string, DeploymentSettings>) {
    version += 1
    const of = { large, small, python }
    const deployments = Object.entries(of).map(([name, variant]) => ({
      ...{ name, salt: name, variants: [variant], settings: settings[name] },
    }))
    return plane.plane.apply({ version, deployments })
  }
  const states = () => plane.plane.modelStates()
  const memory = async () => (await plane.plane.status())[0]?.memoryBytes ?? 0

  async function infer(model: string, input: object) {
    const response = await fetch(`${plane.url}/v2/models/${model}/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs: [input].flat() }),
    })
    const body = (await response.json()) as { outputs?: { name: string; data: number[] }[]; error?: string }
    return { status: response.status, ...body }
  }
  const askLarge = (row: number) => infer('large', { name: 'row', datatype: 'INT64', shape: [1], data: [row] })
  const askPython = () =>
    infer('python', [
      { name: 'price', datatype: 'FP64', shape: [1], data: [2] },
      { name: 'count', datatype: 'INT64', shape: [1], data: [3] },
    ])

  it('gives its memory back, and is loaded by the next requests, which wait and all get their answers', async () => {
    await apply({})
    expect((await askLarge(7)).outputs?.[0]?.data).toEqual([7, 7, 7, 7])
    const loaded = await memory()
    await apply({ large: { unloadAfterMs: 150 } })
    await expect.poll(states).toEqual({ [large.digest]: { state: 'unloaded' } })
    await expect.poll(async () => loaded - (await memory())).toBeGreaterThan(48 * mebibyte)
    expect((await fetch(`${plane.url}/v2/models/large/ready`)).status).toBe(200)
    expect(await index()).toMatchObject([
      { name: 'large', state: 'UNAVAILABLE' },
      { state: 'READY' },
      { state: 'READY' },
    ])
    const answers = await Promise.all(Array.from({ length: 20 }, (_, row) => askLarge(row)))
    expect(answers.map(({ outputs }) => outputs?.[0]?.data[0])).toEqual(Array.from({ length: 20 }, (_, row) => row))
    expect(await states()).toEqual({})
    expect((await index())[0]).toMatchObject({ name: 'large', state: 'READY' })
  })

  it('stays while it is asked, and while another deployment wants it to', async () => {
    await apply({ large: { unloadAfterMs: 1000 } })
    for (let turn = 0; turn < 10; turn++) {
      await askLarge(turn)
      await new Promise((resolve) => setTimeout(resolve, 120))
      expect(await states()).toEqual({})
    }
    await apply({})
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await states()).toEqual({})
  })

  it('has no process left when it runs in one, and gets a new one', async () => {
    await apply({ python: { unloadAfterMs: 150 } })
    const process = async () => (await askPython()).outputs?.find(({ name }) => name === 'process')?.data[0] ?? 0
    const first = await process()
    await expect.poll(states).toEqual({ [python.digest]: { state: 'unloaded' } })
    await expect.poll(() => isAlive(first)).toBe(false)
    const second = await process()
    expect(isAlive(second)).toBe(true)
    expect(second).not.toBe(first)
  })

  it('says why when it cannot be loaded again, harms no other, and answers once it can', async () => {
    await apply({ large: { unloadAfterMs: 150 } })
    await expect.poll(states).toEqual({ [large.digest]: { state: 'unloaded' } })
    await rename(large.path, `${large.path}.away`)
    expect(await askLarge(1)).toMatchObject({ status: 503, error: expect.stringContaining('cannot be loaded again') })
    expect((await infer('small', { name: 'features', datatype: 'FP32', shape: [1, 2], data: [1, 2] })).status).toBe(200)
    await rename(`${large.path}.away`, large.path)
    expect((await askLarge(1)).status).toBe(200)
  })

  async function index(): Promise<{ name: string; state: string }[]> {
    const response = await fetch(`${plane.url}/v2/repository/index`, { method: 'POST' })
    return (await response.json()) as { name: string; state: string }[]
  }
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
