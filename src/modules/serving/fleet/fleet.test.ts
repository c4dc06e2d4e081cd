import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sleep } from '../../../kernel/retry.ts'
import { newDatabaseUrl } from '../../../testing/databases.ts'
import { type Gate, gateTo } from '../../../testing/gate.ts'
import { requestJson } from '../../../testing/json-requests.ts'
import { logisticModel } from '../../../testing/onnx-model.ts'
import { type ServerChild, serverChild } from '../../../testing/server-child.ts'

/**
 * One control plane and two members, real processes with data directories of their own, around one PostgreSQL and one
 * folder of blobs. The second member reaches the database through a gate that the test can close.
 */
let control: ServerChild
let first: ServerChild
let second: ServerChild
let gate: Gate
const cleanups: (() => Promise<unknown>)[] = []
/** Ids that a server of the fleet has acknowledged. */
const answered: string[] = []

beforeAll(async () => {
  const database = await newDatabaseUrl('postgres')
  const blobs = await mkdtemp(join(tmpdir(), 'slipway-fleet-'))
  cleanups.push(() => rm(blobs, { recursive: true }), database.remove)
  const url = new URL(database.url)
  gate = await gateTo({ host: url.hostname, port: Number(url.port) })
  cleanups.push(gate.close)
  const gated = new URL(database.url)
  gated.port = String(gate.port)
  const flags = ['--serving-workers', '1', '--serving-member-lease-ms', '1500', '--log-level', 'silent']
  const shared = [...flags, '--blob-url', `file:${blobs}`, '--database-url']
  control = await serverChild([...shared, database.url])
  first = await serverChild([...shared, database.url, '--data-plane-only'])
  second = await serverChild([...shared, gated.href, '--data-plane-only'])
  cleanups.push(() => Promise.all([control, first, second].map((server) => server.dispose())))
  await control.start()
  await register([4, -4])
  await call(control, 'PUT', '/v1/deployments/demo', { model: 'demo/1' })
  await Promise.all([first.start(), second.start()])
})
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

describe('a fleet', () => {
  it('answers on every host once its members are ready, and records each prediction once, with the names of its features', async () => {
    for (const server of [control, first, second]) {
      for (let turn = 0; turn < 20; turn++) await predict(server)
    }
    const stored = await untilRecorded(answered)
    expect(Object.keys(stored[0]?.inputs ?? {})).toEqual(['a', 'b'])
    const traffic = await call(control, 'GET', '/v1/deployments/demo/traffic')
    expect(traffic.totals).toMatchObject([{ variant: 'v1', requestCount: 60, droppedCount: 0 }])
  })

  it('lists its members with their plan and load, and a member says where the control plane is', async () => {
    await expect.poll(states).toEqual(['live', 'live', 'live'])
    const { items } = await call(control, 'GET', '/v1/fleet')
    expect(items.map((each: { role: string; url: string }) => [each.role, each.url])).toEqual(
      expect.arrayContaining([
        ['control plane', control.url],
        ['member', first.url],
        ['member', second.url],
      ]),
    )
    expect(new Set(items.map((each: { planVersion: number }) => each.planVersion)).size).toBe(1)
    for (const each of items) expect(each).toMatchObject({ problems: [], workers: 1, memoryBytes: expect.any(Number) })
    const elsewhere = await call(first, 'GET', '/v1/deployments')
    expect(elsewhere).toMatchObject({
      status: 404,
      code: 'not_on_member',
      hint: `Ask the control plane: ${control.url}`,
    })
    const metrics = await (await fetch(`${first.url}/metrics`)).text()
    expect(metrics).toMatch(/nv_inference_request_success\{model="demo",version="1"\} 20\n/)
  })

  it('goes on with a canary after the control plane was killed, with the evidence of all members', async () => {
    await register([5, -5])
    const steps = [
      { weight: 40, minPredictions: 10, minLabels: 10 },
      { weight: 60, minPredictions: 20, minLabels: 20 },
    ]
    const analysis = { metric: 'accuracy', maxDrop: 0.2 }
    const rollout = await call(control, 'POST', '/v1/rollouts', { deployment: 'demo', ref: '2', steps, analysis })
    const labels = await predictAndLabel(10)
    await untilRecorded(answered)
    // Between two looks at the rollout: one that dies with its process is repeated only when its lease of 30 s ends.
    await sleep(600)
    control.kill('SIGKILL')
    await control.exited()
    labels.push(...(await predictAndLabel(10)))
    const refused = await call(first, 'GET', '/v1/deployments')
    expect(refused).toMatchObject({ code: 'not_on_member', hint: `Ask the control plane: ${control.url}` })
    await control.start()
    await untilRecorded(answered)
    await call(control, 'POST', '/v1/labels', { labels })
    const goOn = async () => {
      // Told right after the answers, when they may lie in the logs of the members only.
      const told = await call(control, 'POST', '/v1/labels', { labels: await predictAndLabel(5) })
      expect(told.unknownIds).toEqual([])
      return (await call(control, 'GET', `/v1/rollouts/${rollout.id}`)).state
    }
    await expect.poll(goOn, { interval: 100 }).toBe('promoted')
    const ended = await call(control, 'GET', `/v1/rollouts/${rollout.id}`)
    expect(ended.history.map(({ act, weight }: { act: string; weight: number }) => [act, weight])).toEqual([
      ['started', 40],
      ['advanced', 60],
      ['promoted', 100],
    ])
    await expect.poll(() => stateOf('demo')).toBe('ready')
    expect(await Promise.all([predict(first), predict(second)])).toEqual(['2', '2'])
  })

  it('loses nothing that a member answered before it was killed, and does not wait for the dead', async () => {
    const load = askUntilGone(first)
    await sleep(150)
    const worker = await workerOf(first)
    first.kill('SIGKILL')
    process.kill(worker, 'SIGKILL')
    await load
    await call(control, 'PUT', '/v1/deployments/demo', { model: 'demo/1' })
    expect(await stateOf('demo')).toBe('ready')
    expect(await predict(second)).toBe('1')
    expect(await states()).toContain('away')
    await first.start()
    expect(await predict(first)).toBe('1')
    await untilRecorded(answered)
  })

  it('answers while the database is away from a member, which catches up with what it missed', async () => {
    await gate.close()
    for (let turn = 0; turn < 10; turn++) expect(await predict(second)).toBe('1')
    await call(control, 'PUT', '/v1/deployments/demo', { model: 'demo/2' })
    expect(await predict(first)).toBe('2')
    second.kill('SIGTERM')
    await second.exited()
    await second.start()
    expect(await predict(second)).toBe('1')
    await gate.open()
    await expect.poll(() => predict(second)).toBe('2')
    await untilRecorded(answered)
    await expect.poll(states).toEqual(['live', 'live', 'live'])
  })

  it('takes a change back that one member cannot load, and makes it once it can', async () => {
    const cache = join(first.dataDir, 'cache')
    await rm(cache, { recursive: true })
    await writeFile(cache, 'no folder')
    await register([6, -6])
    const refused = await call(control, 'PUT', '/v1/deployments/demo', { model: 'demo/3' })
    expect(refused).toMatchObject({
      code: 'data_plane_failed',
      detail: expect.stringMatching(/on member .*(EEXIST|ENOTDIR)/),
    })
    for (const server of [control, first, second]) expect(await predict(server)).toBe('2')
    await rm(cache)
    await call(control, 'PUT', '/v1/deployments/demo', { model: 'demo/3' })
    for (const server of [control, first, second]) expect(await predict(server)).toBe('3')
  })

  it('changes and goes back on every host while a member still loads another deployment', async () => {
    const held = join(first.dataDir, 'held')
    await writeFile(held, '')
    await registerHeld(held)
    let isLoaded = false
    const loading = call(control, 'PUT', '/v1/deployments/slow', { model: 'slow' }).finally(() => {
      isLoaded = true
    })
    const progress = async () => (await call(control, 'GET', '/v1/deployments/slow')).progress
    await expect.poll(progress, { timeout: 30_000, interval: 50 }).toMatch(/^waiting for the member/)
    await call(control, 'POST', '/v1/deployments/demo/rollback')
    for (const server of [control, first, second]) await expect.poll(() => predict(server), { interval: 50 }).toBe('2')
    // A change is waited for on every host.
    await call(control, 'PUT', '/v1/deployments/demo', { model: 'demo/3' })
    for (const server of [control, first, second]) expect(await predict(server)).toBe('3')
    expect(isLoaded).toBe(false)
    await rm(held)
    expect(await loading).toMatchObject({ state: 'ready', variants: [{ version: 1 }] })
  })

  it('takes a member that is stopped in order off the list, with all it recorded', async () => {
    for (let turn = 0; turn < 5; turn++) await predict(second)
    second.kill('SIGTERM')
    await second.exited()
    expect((await call(control, 'GET', '/v1/fleet')).items).toHaveLength(2)
    expect(await missing(answered)).toEqual([])
  })
})

async function call(server: ServerChild, method: string, path: string, body?: unknown) {
  return (await requestJson(server.url, method, path, body)).body
}

async function register(weights: readonly [number, number]): Promise<void> {
  const blob = await call(control, 'PUT', '/v1/blobs', logisticModel(weights, 0))
  const signature = { inputs: ['a', 'b'].map((name) => ({ name, type: 'float' })) }
  await call(control, 'POST', '/v1/models/demo/versions', {
    files: [{ path: 'model.onnx', ...blob }],
    format: 'onnx',
    signature,
  })
}

/** A graph of one function that the first member does not load while that file is there. */
async function registerHeld(held: string): Promise<void> {
  const texts = {
    'graph.yaml': 'nodes:\n  keep: {function: keep.js, inputs: {x: inputs.x}}\noutputs: {y: keep.y}\n',
    'keep.js': `
import { existsSync } from 'node:fs'
while (import.meta.url.includes('${first.dataDir}') && existsSync('${held}')) await new Promise((resolve) => setTimeout(resolve, 50))
export const inputs = { x: { datatype: 'FP64', shape: [-1] } }
export const outputs = { y: { datatype: 'FP64', shape: [-1] } }
export default ({ x }) => ({ y: x })
`,
  }
  const files: object[] = []
  for (const [path, content] of Object.entries(texts))
    files.push({ path, ...(await call(control, 'PUT', '/v1/blobs', new TextEncoder().encode(content))) })
  await call(control, 'POST', '/v1/models/slow/versions', { files, format: 'graph' })
}

/** Answers the version that predicted. */
async function predict(server: ServerChild): Promise<string> {
  const answer = await call(server, 'POST', '/v2/models/demo/infer', {
    inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [1, 0] }],
  })
  answered.push(answer.parameters.prediction_id)
  return answer.model_version
}

async function predictAndLabel(count: number): Promise<{ predictionId: string; label: number }[]> {
  const labels: { predictionId: string; label: number }[] = []
  for (let turn = 0; turn < count; turn++) {
    for (const server of [first, second]) {
      await predict(server)
      labels.push({ predictionId: answered.at(-1) ?? '', label: 1 })
    }
  }
  return labels
}

/** Four clients that ask without a pause until the server is gone. */
async function askUntilGone(server: ServerChild): Promise<void> {
  const client = async () => {
    for (;;) await predict(server)
  }
  await Promise.allSettled([client(), client(), client(), client()])
}

async function recorded(): Promise<{ id: string; inputs: Record<string, number> }[]> {
  const all = []
  let cursor: string | undefined
  do {
    const page = await call(
      control,
      'GET',
      `/v1/predictions?limit=1000${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    )
    all.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return all
}

/** Every answered prediction there, once. */
async function untilRecorded(ids: readonly string[]) {
  await expect.poll(() => missing(ids)).toEqual([])
  const stored = await recorded()
  expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length)
  return stored
}

async function missing(ids: readonly string[]): Promise<string[]> {
  const there = new Set((await recorded()).map(({ id }) => id))
  return ids.filter((id) => !there.has(id))
}

async function states(): Promise<string[]> {
  const { items } = await call(control, 'GET', '/v1/fleet')
  return items.map(({ state }: { state: string }) => state)
}

async function stateOf(deployment: string): Promise<string> {
  return (await call(control, 'GET', `/v1/deployments/${deployment}`)).state
}

/** Process of the only worker, as it tells on its own socket. */
function workerOf(server: ServerChild): Promise<number> {
  const socketPath = join(server.dataDir, 'run', 'worker-0.sock')
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/status' }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body).pid), reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}
