import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testApp } from '../../testing/test-app.ts'
import { datasets } from '../datasets/index.ts'
import { registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import { webhooks } from './index.ts'

it('delivers after a restart what nobody received before it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-webhooks-'))
  const options = {
    modules: [datasets, tracking, registry, webhooks],
    settings: { 'webhooks.firstRetryMs': 50 },
    dataDir,
  }
  const received: string[] = []
  const receiver = createServer((request, response) => {
    received.push(String(request.headers['webhook-id']))
    request.resume()
    request.on('end', () => response.end())
  })
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  const { port } = receiver.address() as AddressInfo
  // The port is known now; nobody listens on it until the second server runs.
  await new Promise((done) => receiver.close(done))

  const first = await testApp(options)
  const endpoint = `http://127.0.0.1:${port}/`
  const hook = await first.request('POST', '/v1/webhooks', {
    name: 'bell',
    endpoint,
    events: ['registry.model.created'],
  })
  await first.request('POST', '/v1/models', { name: 'tide' })
  const list = (app: typeof first) => app.request('GET', `/v1/webhooks/${hook.body.id}/deliveries`)
  await expect.poll(async () => (await list(first)).body.items[0]?.attempts.length).toBeGreaterThan(0)
  await first.stop()

  await new Promise<void>((done) => receiver.listen(port, '127.0.0.1', done))
  const second = await testApp(options)
  await expect.poll(async () => (await list(second)).body.items[0]?.state).toBe('succeeded')
  const [delivery] = (await list(second)).body.items
  expect(received).toEqual([delivery.id])
  expect(delivery.attempts[0].error).toContain('ECONNREFUSED')
  await second.stop()
  await new Promise((done) => receiver.close(done))
  await rm(dataDir, { recursive: true, force: true })
})
