import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { faultPoints } from '../../platform/runtime/index.ts'
import { requestJson } from '../../testing/json-requests.ts'
import { logisticModel } from '../../testing/onnx-model.ts'
import { sampleOfEach } from '../../testing/sample.ts'
import { type ServerChild, serverChild } from '../../testing/server-child.ts'

/**
 * The server is killed at every named point of serving, started again, and the same client goes through the same acts
 * once more. The end must be as if nothing had happened: every answered prediction there once, every decision once.
 */
const points = sampleOfEach(
  faultPoints.filter((point) => point.startsWith('serving.')),
  (point) => point.split('.', 2).join('.'),
)

const servers: ServerChild[] = []
afterAll(() => Promise.all(servers.map((server) => server.dispose())))

async function newServer(): Promise<ServerChild> {
  const server = await serverChild(['--serving-workers', '1'])
  servers.push(server)
  return server
}

it.concurrent.each(points)('nothing is lost or doubled when the server dies at %s', async (point) => {
  const server = await newServer()
  await server.start(point)
  const told: Told = { asked: new Set(), answered: new Set(), labeled: new Set() }
  let lives = 1
  for (; lives < 4; lives++) {
    try {
      await liveThrough(server.url, told)
      break
    } catch (error) {
      if (!(error instanceof ServerGone)) throw error
      expect(await server.exited()).toBe('SIGKILL')
      await server.start()
    }
  }
  expect(lives).toBe(2)
  const rollouts = (await call(server.url, 'GET', '/v1/rollouts')).items
  expect(rollouts).toHaveLength(1)
  expect(rollouts[0].history.map(({ act, weight }: { act: string; weight: number }) => [act, weight])).toEqual([
    ['started', 40],
    ['advanced', 60],
    ['promoted', 100],
  ])
  const deployment = await call(server.url, 'GET', '/v1/deployments/demo')
  expect(deployment).toMatchObject({ state: 'ready', variants: [{ version: 2, weight: 100 }] })
  const stored = (await call(server.url, 'GET', '/v1/predictions?limit=1000')).items
  const ids: string[] = stored.map(({ id }: { id: string }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(expect.arrayContaining([...told.answered]))
  // An answer may die on its way with the process that hands it on; what was recorded stays, and was asked for.
  expect(ids.filter((id) => !told.asked.has(id))).toEqual([])
  expect(ids.length - told.answered.size).toBeLessThanOrEqual(1)
  const labeled = stored.flatMap(({ id, label }: { id: string; label?: unknown }) => (label === undefined ? [] : id))
  expect(labeled).toEqual(expect.arrayContaining([...told.labeled]))
  const events = await eventTypes(server.url)
  for (const type of ['serving.rollout.started', 'serving.rollout.advanced', 'serving.rollout.promoted'])
    expect(events.filter((each: string) => each === type)).toHaveLength(1)
})

it('predictions go on while the control plane is dead, and are there when it is back', async () => {
  const server = await newServer()
  const { url } = server
  await server.start()
  const blob = await call(url, 'PUT', '/v1/blobs', logisticModel([4, -4], 0))
  const files = [{ path: 'model.onnx', ...blob }]
  await call(url, 'POST', '/v1/models/demo/versions', { files, format: 'onnx' })
  await call(url, 'PUT', '/v1/deployments/demo', { model: 'demo/1' })
  server.kill('SIGKILL')
  await server.exited()
  const told: Told = { asked: new Set(), answered: new Set(), labeled: new Set() }
  for (let index = 0; index < 10; index++) await predict(url, index, told)
  await expect(call(url, 'GET', '/v1/deployments')).rejects.toThrow('control plane away')
  const workerFile = await readFile(join(server.dataDir, 'serving', 'worker-0.out'), 'utf8')
  await server.start()
  const stored = (await call(url, 'GET', '/v1/predictions/prediction-9')) as { id: string }
  expect(stored.id).toBe('prediction-9')
  expect((await call(url, 'GET', '/v1/predictions')).items).toHaveLength(10)
  // The same process goes on: no second worker has written that it is ready.
  expect(await readFile(join(server.dataDir, 'serving', 'worker-0.out'), 'utf8')).toBe(workerFile)
})

/** Ids of what the server was asked for, and of what it has acknowledged. */
interface Told {
  readonly asked: Set<string>
  readonly answered: Set<string>
  readonly labeled: Set<string>
}

class ServerGone extends Error {}

/** Everything a user does, each act written so that it may be repeated. */
async function liveThrough(url: string, told: Told): Promise<void> {
  for (const [key, weights] of [
    ['one', [4, -4]],
    ['two', [5, -5]],
  ] as const) {
    const blob = await call(url, 'PUT', '/v1/blobs', logisticModel(weights, 0))
    const files = [{ path: 'model.onnx', ...blob }]
    await call(url, 'POST', '/v1/models/demo/versions', { files, format: 'onnx', key })
  }
  // A second life must not take the promoted version off again: only the first act of a user deploys version 1.
  const { items } = await call(url, 'GET', '/v1/rollouts')
  if (items.length === 0) await call(url, 'PUT', '/v1/deployments/demo', { model: 'demo/1' })
  const steps = [
    { weight: 40, minPredictions: 5, minLabels: 5 },
    { weight: 60, minPredictions: 10, minLabels: 10 },
  ]
  const analysis = { metric: 'accuracy', maxDrop: 0.2 }
  const rollout = await call(url, 'POST', '/v1/rollouts', {
    deployment: 'demo',
    ref: '2',
    steps,
    analysis,
    key: 'only',
  })
  for (let turn = 0; turn < 500; turn += 20) {
    const labels = []
    for (let index = turn; index < turn + 20; index++) labels.push(await predict(url, index, told))
    const { unknownIds } = await call(url, 'POST', '/v1/labels', { labels })
    expect(unknownIds).toEqual([])
    for (const { predictionId } of labels) told.labeled.add(predictionId)
    const { state } = await call(url, 'GET', `/v1/rollouts/${rollout.id}`)
    if (state === 'promoted') return untilLive(url)
    expect(state).toBe('running')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the rollout did not end')
}

async function untilLive(url: string): Promise<void> {
  while ((await call(url, 'GET', '/v1/deployments/demo')).state !== 'ready')
    await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Types of all rollout events so far, from the live stream. */
async function eventTypes(url: string): Promise<string[]> {
  const response = await fetch(`${url}/v1/events?after=0&types=serving.rollout.*`)
  const reader = response.body?.getReader()
  let text = ''
  for (;;) {
    const quiet = new Promise<undefined>((resolve) => setTimeout(resolve, 300, undefined))
    const chunk = await Promise.race([reader?.read(), quiet])
    if (chunk?.value === undefined) break
    text += Buffer.from(chunk.value).toString()
  }
  await reader?.cancel()
  return [...text.matchAll(/"type":"([^"]+)"/g)].map((match) => match[1] ?? '')
}

async function predict(url: string, index: number, told: Told) {
  const id = `prediction-${index}`
  const row = [((index * 37) % 100) / 100, ((index * 61) % 100) / 100] as const
  const body = { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: row }] }
  told.asked.add(id)
  await call(url, 'POST', '/v2/models/demo/infer', body, { 'slipway-prediction-id': id })
  told.answered.add(id)
  return { predictionId: id, label: row[0] > row[1] ? 1 : 0 }
}

async function call(...request: Parameters<typeof requestJson>) {
  const { status, body } = await requestJson(...request).catch((error) => {
    throw new ServerGone('no whole answer', { cause: error })
  })
  if (body.code === 'control_plane_away') throw new ServerGone('control plane away')
  if (status >= 400) throw new Error(`${request[1]} ${request[2]}: ${status} ${JSON.stringify(body)}`)
  return body
}
