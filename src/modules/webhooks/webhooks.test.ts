import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from '../datasets/index.ts'
import { registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import { guardedLookup } from './address.ts'
import { webhooks } from './index.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver that answers by its path: `/503` with that status, `/flaky` with 500 twice and then 200, `/silent` never. */
async function receiver(): Promise<{ url: string; got: (path: string) => Received[]; server: Server }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() })
      if (path === '/silent') return
      const before = received.filter((one) => one.path === path).length
      const status = path === '/flaky' ? (before < 3 ? 500 : 200) : Number(/^\/(\d{3})$/.exec(path)?.[1] ?? 200)
      response.writeHead(status, status === 302 ? { location: 'http://169.254.169.254/latest' } : {})
      response.end(`said ${status}`)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, got: (path) => received.filter((one) => one.path === path), server }
}

async function eventually<T>(read: () => Promise<T> | T, isThere: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const value = await read()
    if (isThere(value)) return value
    await new Promise((done) => setTimeout(done, 25))
  }
  throw new Error('it did not come')
}

describe.each(dialectNames)('webhooks on %s', (database) => {
  let app: TestApp
  let there: Awaited<ReturnType<typeof receiver>>
  beforeAll(async () => {
    there = await receiver()
    app = await testApp({
      modules: [datasets, tracking, registry, webhooks],
      database,
      settings: { 'webhooks.firstRetryMs': 20, 'webhooks.attempts': 4, 'webhooks.timeoutMs': 300 },
    })
  })
  afterAll(async () => {
    await app.dispose()
    there.server.closeAllConnections()
    await new Promise((done) => there.server.close(done))
  })

  const create = async (path: string, events: string[], more: object = {}) => {
    const answer = await app.request('POST', '/v1/webhooks', {
      name: 'hook',
      endpoint: there.url + path,
      events,
      ...more,
    })
    expect(answer.status).toBe(201)
    return answer.body as { id: string; hasSecret: boolean }
  }
  const deliveries = async (id: string) => (await app.request('GET', `/v1/webhooks/${id}/deliveries`)).body.items
  const ended = (id: string, count = 1) =>
    eventually(
      () => deliveries(id),
      (items) => items.length === count && items.every((item: { state: string }) => item.state !== 'pending'),
    )
  let models = 0
  const createModel = async () => {
    const name = `m${models++}`
    expect((await app.request('POST', '/v1/models', { name })).status).toBe(201)
    return name
  }

  it('tells of an event once, signed so that the receiver can check it', async () => {
    const hook = await create('/signed', ['registry.model.*'], { secret: 'correct horse' })
    const name = await createModel()
    const [delivery] = await ended(hook.id)
    const [got, ...others] = there.got('/signed')
    expect(others).toEqual([])
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = got?.headers ?? {}
    expect(id).toBe(delivery.id)
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60)
    const expected = createHmac('sha256', 'correct horse').update(`${id}.${timestamp}.${got?.body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
    expect(JSON.parse(got?.body ?? '')).toMatchObject({ type: 'registry.model.created', payload: { model: name } })
    expect(delivery).toMatchObject({
      state: 'succeeded',
      attempts: [{ number: 1, status: 200, responseBody: 'said 200' }],
    })
    await app.request('DELETE', `/v1/webhooks/${hook.id}`)
  })

  it('never shows the secret', async () => {
    const hook = await create('/secret', ['registry.model.created'], { secret: 'never to be seen' })
    expect(hook.hasSecret).toBe(true)
    await createModel()
    await ended(hook.id)
    for (const path of [`/v1/webhooks/${hook.id}`, '/v1/webhooks', `/v1/webhooks/${hook.id}/deliveries`]) {
      const answer = await app.request('GET', path)
      expect(answer.status).toBe(200)
      expect(JSON.stringify(answer.body)).not.toContain('never to be seen')
    }
    const cleared = await app.request('PATCH', `/v1/webhooks/${hook.id}`, { secret: null })
    expect(cleared.body.hasSecret).toBe(false)
    await app.request('DELETE', `/v1/webhooks/${hook.id}`)
  })

  it('tries again until it is received, with one id and every attempt on record', async () => {
    const hook = await create('/flaky', ['*'])
    await createModel()
    const [delivery] = await ended(hook.id)
    expect(delivery.state).toBe('succeeded')
    expect(delivery.attempts.map((one: { status: number }) => one.status)).toEqual([500, 500, 200])
    expect(delivery.attempts[0].error).toBe('answered 500')
    expect(new Set(there.got('/flaky').map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await app.request('DELETE', `/v1/webhooks/${hook.id}`)
  })

  it.each([
    ['/503', 4, 'answered 503'],
    ['/silent', 4, 'no answer within 300 ms'],
    ['/404', 1, 'answered 404'],
    ['/302', 1, 'answered 302; redirects are not followed'],
  ])('gives up on %s after %i attempts and can be told to retry', async (path, attempts, error) => {
    const hook = await create(path, ['registry.model.created'])
    await createModel()
    const [delivery] = await ended(hook.id)
    expect(delivery.state).toBe('failed')
    expect(delivery.attempts.length).toBe(attempts)
    expect(delivery.attempts.at(-1).error).toBe(error)
    await app.request('PATCH', `/v1/webhooks/${hook.id}`, { endpoint: `${there.url}/ok` })
    expect((await app.request('POST', `/v1/webhook-deliveries/${delivery.id}/retry`)).body.state).toBe('pending')
    const [again] = await ended(hook.id)
    expect(again).toMatchObject({ id: delivery.id, state: 'succeeded' })
    await app.request('DELETE', `/v1/webhooks/${hook.id}`)
  })

  it('sends nothing of before it was made, nothing it does not listen to, nothing while disabled', async () => {
    await createModel()
    await app.settled()
    const hook = await create('/quiet', ['registry.alias.moved'])
    const off = await create('/off', ['*'], { state: 'disabled' })
    await createModel()
    await app.settled()
    expect(await deliveries(hook.id)).toEqual([])
    expect(await deliveries(off.id)).toEqual([])
    expect([...there.got('/quiet'), ...there.got('/off')]).toEqual([])
  })

  it('sends an example when it is tested', async () => {
    const hook = await create('/test', ['registry.alias.moved'])
    const good = await app.request('POST', `/v1/webhooks/${hook.id}/test`, {})
    expect(good.body).toMatchObject({ isTest: true, state: 'succeeded', event: 'registry.alias.moved' })
    await app.request('PATCH', `/v1/webhooks/${hook.id}`, { endpoint: 'http://127.0.0.1:1/nobody' })
    const bad = await app.request('POST', `/v1/webhooks/${hook.id}/test`, {})
    expect(bad.body.state).toBe('failed')
    expect(bad.body.attempts[0].error).toContain('ECONNREFUSED')
  })

  it.each([
    ['file:///etc/passwd', 'only https: and http: are'],
    ['nonsense', 'it is not a URL'],
    ['http://example.com/hook', 'http: is only for this machine'],
    ['https://user:pass@example.com/', 'it holds a user or password'],
    ['https://10.1.2.3/', 'the address is in a private network'],
    ['https://169.254.169.254/latest/meta-data', 'the address is in a private network'],
    ['https://[::ffff:10.0.0.1]/', 'the address is in a private network'],
    ['https://0x7f.1.1.1/', undefined],
    ['https://2130706433/', undefined],
    ['https://3232235777/', 'the address is in a private network'],
    ['https://[fd00::1]/', 'the address is in a private network'],
  ])('judges the URL %s', async (endpoint, problem) => {
    const answer = await app.request('POST', '/v1/webhooks', { name: 'x', endpoint, events: ['*'] })
    if (problem === undefined) expect(answer.status).toBe(201)
    else {
      expect(answer.body).toMatchObject({ code: 'webhook_url_refused' })
      expect(JSON.stringify(answer.body)).toContain(problem)
      expect(JSON.stringify(answer.body)).not.toContain('user:pass')
    }
  })

  it('refuses a name that leads into a private network when it connects', async () => {
    const lookup = guardedLookup({ allowHttp: false, allowPrivate: false })
    const resolve = (host: string) =>
      new Promise<Error | null>((done) => lookup(host, { all: true }, (problem) => done(problem)))
    expect(await resolve('localhost')).toBeNull()
    expect((await resolve('192.168.1.9'))?.message).toBe('192.168.1.9 is 192.168.1.9, a private address')
  })
})
