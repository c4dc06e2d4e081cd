import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { local } from '../../kernel/actor.ts'
import type { Event } from '../../kernel/event.ts'
import { createTransport, followEvents, isSlipwayError, SlipwayError } from '../../sdk/index.ts'
import { paged } from '../../sdk/paging.ts'
import { start } from '../../testing/boats-server.ts'
import { eventRoute } from '../http/index.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(options: Parameters<typeof start>[0] = {}) {
  const http = await start(options)
  const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${port}`
}

const create = { method: 'POST', path: '/v1/boats/{name}' } as const
const get = { method: 'GET', path: '/v1/boats/{name}' } as const
const list = { method: 'GET', path: '/v1/boats' } as const

describe('the client’s transport', () => {
  it('spreads an input over path, query and body', async () => {
    const transport = createTransport({ url: await serve() })
    const boat = { name: 'a/b c?%', tons: 2, crew: [{ name: 'Bo' }] }
    expect(await transport.call(create, boat)).toEqual(boat)
    expect(await transport.call(get, { name: boat.name })).toEqual(boat)
    const query = { minTons: 1.5, afloat: true, flags: ['x', 'y'], cursor: undefined }
    expect(await transport.call(list, query)).toEqual({
      seen: { limit: 50, minTons: 1.5, afloat: true, flags: ['x', 'y'] },
    })
  })

  it('rebuilds errors by code with fields, hint and request id', async () => {
    const transport = createTransport({ url: await serve() })
    const missing = await transport.call(get, { name: 'Nemo' }).catch((error: unknown) => error)
    expect(missing).toBeInstanceOf(SlipwayError)
    expect(isSlipwayError(missing, 'boat_not_found' as never)).toBe(true)
    expect(missing).toMatchObject({
      status: 404,
      message: 'There is no boat Nemo.',
      hint: 'slipway boats list',
      requestId: expect.stringMatching(/^req_/),
    })
    await expect(transport.call(create, { name: 'x', tons: 'many', crew: [] })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'tons', value: 'many' }],
    })
    await expect(transport.call(get, {})).rejects.toThrow('name is missing')
  })

  it('says when nobody answers', async () => {
    const transport = createTransport({ url: 'http://127.0.0.1:9', attempts: 1 })
    await expect(transport.call(list, {})).rejects.toMatchObject({ code: 'unreachable', status: 0 })
  })

  it('takes half an answer for none', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"items": [', () => response.destroy())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const transport = createTransport({ url: `http://127.0.0.1:${port}`, attempts: 1 })
    await expect(transport.call(list, {})).rejects.toMatchObject({ code: 'unreachable', status: 0 })
    server.close()
  })

  it('repeats what is safe to repeat, and nothing else', async () => {
    const calls: string[] = []
    const flaky: typeof fetch = async (url, init) => {
      calls.push(`${init?.method} ${String(url)}`)
      const code = calls.length < 3 ? 503 : 200
      return Response.json(code === 200 ? { done: true } : { code: 'unavailable', detail: 'starting' }, {
        status: code,
      })
    }
    const transport = createTransport({ url: 'http://x', fetch: flaky })
    expect(await transport.call(list, { limit: 1 })).toEqual({ done: true })
    expect(calls).toEqual(Array(3).fill('GET http://x/v1/boats?limit=1'))
    calls.length = 0
    await expect(transport.call(create, { name: 'x' })).rejects.toMatchObject({ code: 'unavailable' })
    expect(calls).toEqual(['POST http://x/v1/boats/x'])
  })

  it('sends the token, and stops when told to', async () => {
    const url = await serve({ token: 'correct horse' })
    await expect(createTransport({ url }).call(list, {})).rejects.toMatchObject({ code: 'unauthenticated' })
    const transport = createTransport({ url, token: () => 'correct horse' })
    expect(await transport.call(list, {})).toBeDefined()
    const gone = new AbortController()
    setTimeout(() => gone.abort(), 30)
    await expect(transport.raw('GET', '/slow', { signal: gone.signal })).rejects.toThrow(/abort/i)
  })
})

describe('paged requests', () => {
  it('give the first page to await and every item to for await', async () => {
    const asked: (string | undefined)[] = []
    const request = () =>
      paged(async (cursor) => {
        asked.push(cursor)
        return cursor === undefined ? { items: [1, 2], nextCursor: 'b' } : { items: [3] }
      })
    expect(await request()).toEqual({ items: [1, 2], nextCursor: 'b' })
    const items: number[] = []
    for await (const item of request()) items.push(item)
    expect(items).toEqual([1, 2, 3])
    expect(asked).toEqual([undefined, undefined, 'b'])
  })
})

describe('events', () => {
  it('resume behind the last one seen when the connection breaks', async () => {
    const log = createEventLog()
    for (let seq = 1; seq <= 3; seq++) log.add('boats.launched')
    const url = await serve({ routes: [eventRoute(log)] })
    const stop = new AbortController()
    closing.push(() => stop.abort())
    const events = followEvents(createTransport({ url }), { after: 1, signal: stop.signal })
    const next = async () => (await events.next()).value?.seq
    expect([await next(), await next()]).toEqual([2, 3])
    log.breakStreams()
    log.add('boats.sunk')
    expect(await next()).toBe(4)
  })

  it('filter by type and by family, and begin with what happens next', async () => {
    const log = createEventLog()
    log.add('boats.launched')
    const url = await serve({ routes: [eventRoute(log)] })
    const stop = new AbortController()
    closing.push(() => stop.abort())
    const options = { types: ['crew.*', 'boats.sunk'], signal: stop.signal }
    const events = followEvents(createTransport({ url }), options)
    const first = events.next()
    await expect.poll(() => log.readers()).toBe(1)
    for (const type of ['boats.launched', 'boats.sunk', 'crew.hired', 'crews.x']) log.add(type)
    expect([(await first).value, (await events.next()).value]).toMatchObject([
      { type: 'boats.sunk' },
      { type: 'crew.hired' },
    ])
  })

  it('refuse a position that is none, for good', async () => {
    const url = await serve({ routes: [eventRoute(createEventLog())] })
    const response = await fetch(`${url}/v1/events`, { headers: { 'last-event-id': 'x' } })
    expect([response.status, (await response.json()).code]).toEqual([400, 'invalid_input'])
  })
})

/** The outbox's stream in memory. */
function createEventLog() {
  const rows: Event[] = []
  const wakers = new Set<() => void>()
  let generation = 0
  const wake = () => {
    for (const waker of wakers) waker()
  }
  return {
    add(type: string) {
      rows.push({ seq: rows.length + 1, type, subject: 'boat', payload: {}, actor: local, at: 0 })
      wake()
    },
    breakStreams() {
      generation += 1
      wake()
    },
    readers: () => wakers.size,
    list: async () => rows.slice(-1),
    async *follow(afterSeq: number, signal: AbortSignal) {
      const born = generation
      let position = afterSeq
      signal.addEventListener('abort', wake)
      while (!signal.aborted && generation === born) {
        yield* rows.slice(position)
        position = rows.length
        const { promise, resolve } = Promise.withResolvers<void>()
        wakers.add(resolve)
        if (rows.length === position && generation === born) await promise
        wakers.delete(resolve)
      }
    },
  }
}
