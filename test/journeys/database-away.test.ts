import { afterAll, beforeAll, expect, it } from 'vitest'
import { sleep } from '../../src/kernel/retry.ts'
import { newDatabaseUrl } from '../../src/testing/databases.ts'
import { type Gate, gateTo } from '../../src/testing/gate.ts'
import { requestJson } from '../../src/testing/json-requests.ts'
import { type ServerChild, serverChild } from '../../src/testing/server-child.ts'

/** A whole server whose PostgreSQL is restarted under it: it says so, stays up, and loses nothing it acknowledged. */
let server: ServerChild
let gate: Gate
const cleanups: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const database = await newDatabaseUrl('postgres')
  const url = new URL(database.url)
  gate = await gateTo({ host: url.hostname, port: Number(url.port) })
  url.port = String(gate.port)
  server = await serverChild(['--database-url', url.href, '--log-level', 'silent'])
  cleanups.push(database.remove, gate.close, server.dispose)
  await server.start()
})
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

it('stays up while its database is away, answers with what is wrong, and keeps all it acknowledged', async () => {
  const acknowledged: string[] = []
  const refusals = new Map<string, number>()
  let isOver = false
  const client = async (number: number) => {
    for (let turn = 0; !isOver; turn++) {
      const name = `things-${number}-${turn}`
      const answer = await requestJson(server.url, 'POST', '/v1/datasets', { name })
      if (answer.status === 201) acknowledged.push(name)
      else refusals.set(answer.body.code, (refusals.get(answer.body.code) ?? 0) + 1)
    }
  }
  const clients = [1, 2, 3, 4, 5, 6].map(client)
  for (let outage = 0; outage < 5; outage++) {
    await sleep(200)
    await gate.close()
    await expect
      .poll(async () => (await requestJson(server.url, 'GET', '/v1/datasets')).body.code)
      .toBe('database_unreachable')
    expect(await requestJson(server.url, 'GET', '/v1/models')).toMatchObject({
      status: 503,
      body: { hint: 'slipway doctor' },
    })
    await sleep(1000)
    await gate.open()
    await expect.poll(async () => (await requestJson(server.url, 'GET', '/v1/datasets')).status).toBe(200)
  }
  isOver = true
  await Promise.all(clients)
  expect(server.isRunning()).toBe(true)
  expect([...refusals.keys()]).toEqual(['database_unreachable'])
  expect(acknowledged.length).toBeGreaterThan(20)
  const listed = await Promise.all(acknowledged.map((name) => requestJson(server.url, 'GET', `/v1/datasets/${name}`)))
  expect(listed.filter(({ status }) => status !== 200)).toEqual([])
})
