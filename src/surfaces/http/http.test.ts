import { once } from 'node:events'
import { request as nodeRequest } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { RawRoute } from '../../kernel/route.ts'
import { aborted, start } from '../../testing/boats-server.ts'
import { askUntilItFails } from '../../testing/busy-client.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

describe('operations over HTTP', () => {
  it('creates with 201 and reads back', async () => {
    const { ask } = await start()
    const boat = { tons: 3, crew: [{ name: 'Ann' }] }
    const created = await ask({ method: 'POST', url: '/v1/boats/Kon%20Tiki', payload: boat })
    expect(created.statusCode).toBe(201)
    expect(created.json()).toEqual({ name: 'Kon Tiki', ...boat })
    expect((await ask('/v1/boats/Kon%20Tiki')).json()).toEqual({ name: 'Kon Tiki', ...boat })
    const head = await ask({ method: 'HEAD', url: '/v1/boats/Kon%20Tiki' })
    expect([head.statusCode, head.body]).toEqual([200, ''])
  })

  it('reads query text as numbers, booleans and repeated values', async () => {
    const { ask } = await start()
    const answer = await ask('/v1/boats?minTons=2.5&afloat=true&flags=no&flags=nl&limit=7')
    expect(answer.json().seen).toEqual({ minTons: 2.5, afloat: true, flags: ['no', 'nl'], limit: 7 })
  })

  it('answers a declared error as a problem document', async () => {
    const { ask } = await start()
    const answer = await ask({ url: '/v1/boats/Argo', headers: { 'x-request-id': 'my-request.7' } })
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.headers['x-request-id']).toBe('my-request.7')
    expect(answer.json()).toEqual({
      type: '/docs#error-boat_not_found',
      title: 'Boat not found',
      status: 404,
      code: 'boat_not_found',
      detail: 'There is no boat Argo.',
      hint: 'slipway boats list',
      requestId: 'my-request.7',
    })
  })

  it('hides what an unforeseen error says and names the request', async () => {
    const { ask } = await start()
    const answer = await ask({ method: 'POST', url: '/v1/sink' })
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.body).not.toContain('hull')
    expect(answer.json().detail).toContain(answer.headers['x-request-id'])
  })

  it('finds an output field that was not declared', async () => {
    const { ask } = await start()
    const answer = await ask('/v1/leak')
    expect(answer.json().hint).toContain('leaked: is not declared')
    const lax = await start({ checkOutput: false })
    expect((await lax.ask('/v1/leak')).statusCode).toBe(200)
  })

  it('finds an error code that was not declared', async () => {
    const { ask } = await start()
    expect((await ask('/v1/leak?name=Argo')).json().hint).toContain(
      'boats.leak failed with what it did not declare: boat_not_found',
    )
    const lax = await start({ checkOutput: false })
    expect((await lax.ask('/v1/leak?name=Argo')).json().code).toBe('boat_not_found')
  })

  it('refuses a request id that could break a log', async () => {
    const { ask } = await start()
    const answer = await ask({ url: '/health', headers: { 'x-request-id': 'a b' } })
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
  })
})

describe('raw routes', () => {
  it('hands on the rest of a path decoded once', async () => {
    const { ask } = await start()
    const answer = await ask('/files/a%20b/c%2Fd/e%2525f?x=1&y=%26')
    expect(answer.json()).toEqual({ params: { path: 'a b/c/d/e%25f' }, query: { x: '1', y: '&' } })
  })

  it('takes bytes of any media type and a parameter followed by text', async () => {
    const { ask } = await start()
    const payload = Buffer.from([0, 1, 255])
    const headers = { 'content-type': 'application/x-protobuf' }
    const answer = await ask({ method: 'POST', url: '/models/a%3Ab.c-1:predict', payload, headers })
    expect([answer.statusCode, answer.headers['x-model']]).toEqual([202, 'a:b.c-1'])
    expect(answer.rawPayload).toEqual(payload)
  })

  it('answers HEAD of a stream without its body', async () => {
    const { ask } = await start()
    const answer = await ask({ method: 'HEAD', url: '/blob' })
    expect([answer.statusCode, answer.body, answer.headers['content-length']]).toEqual([200, '', '3'])
  })

  it('streams a body in and aborts the signal when the caller leaves', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const stream = Readable.toWeb(
      Readable.from([Buffer.alloc(40_000, 'x'), Buffer.alloc(40_000, 'y')]),
    ) as unknown as BodyInit
    const init = { method: 'PUT', body: stream, duplex: 'half' }
    const put = await fetch(`http://127.0.0.1:${port}/streams`, init)
    expect(await put.json()).toEqual({ sizeBytes: 80_000 })

    const leaving = new AbortController()
    const pending = fetch(`http://127.0.0.1:${port}/slow`, { signal: leaving.signal }).catch(() => 'left')
    setTimeout(() => leaving.abort(), 50)
    expect(await pending).toBe('left')
    await expect.poll(() => aborted).toEqual(['the caller went away'])
  })

  it('survives a caller that hangs up in the middle of its upload', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const socket = createConnection(port, '127.0.0.1')
    socket.write('PUT /streams HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\nonly this')
    await new Promise((resolve) => setTimeout(resolve, 30))
    socket.destroy()
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  })
})

describe('listening', () => {
  it('serves the same routes on TCP and on a unix socket', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const path = join(await temporaryFolder(), 'control.sock')
    await http.listen({ path })
    const overSocket = await new Promise<string>((resolve, reject) => {
      nodeRequest({ socketPath: path, path: '/version' }, (response) => resolve(text(response)))
        .on('error', reject)
        .end()
    })
    const overTcp = await (await fetch(`http://127.0.0.1:${port}/version`)).text()
    expect(overSocket).toBe(overTcp)
    expect(JSON.parse(overTcp)).toEqual({ name: 'slipway', version: '1.2.3' })
  })

  it('finishes what is in hand when it closes, ends streams that would not, and lets nobody new in', async () => {
    const { promise: mayAnswer, resolve: answerNow } = Promise.withResolvers<void>()
    const route = (path: string, run: RawRoute['run']): RawRoute => ({
      method: 'GET',
      path,
      summary: path,
      body: 'none',
      allow: 'files:read',
      run,
    })
    const http = await start({
      routes: [
        route('/slow', () => mayAnswer.then(() => ({ body: 'finished' }))),
        route('/endless', ({ signal }) => ({
          headers: { 'content-type': 'text/event-stream' },
          body: Readable.from(endless(signal)),
        })),
      ],
    })
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const inHand = fetch(`http://127.0.0.1:${port}/slow`).then((answer) => answer.text())
    const stream = (await fetch(`http://127.0.0.1:${port}/endless`)).text()
    const closed = http.close(5_000)
    expect(await stream).toBe('begin')
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
    answerNow()
    expect(await inHand).toBe('finished')
    await closed
  })

  it('cuts off no client that keeps its connection busy while it closes', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const clients = Array.from({ length: 40 }, () => askUntilItFails(`http://127.0.0.1:${port}/health`))
    await Promise.all(clients.map(({ answered }) => answered))
    await http.close(20_000)
    expect(await Promise.all(clients.map(({ wasCutOff }) => wasCutOff))).not.toContain(true)
  })

  it('does not wait for connections that said nothing yet', async () => {
    const http = await start({ http2: { accept: (socket) => socket.destroy(), drain: () => {} } })
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const silent = createConnection(port, '127.0.0.1')
    // Its bytes could still become either protocol.
    const undecided = createConnection(port, '127.0.0.1', () => undecided.write('P'))
    await Promise.all([once(silent, 'connect'), once(undecided, 'connect')])
    const graceMs = 60_000
    // The second sees a reset, as what it sent was not read to its end.
    const ends = Promise.allSettled([once(silent, 'close'), once(undecided, 'close')])
    await http.close(graceMs)
    await ends
  })

  it('rejects a port that is taken', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    await expect(http.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('says when it is ready and when it drains, and answers only that until then', async () => {
    const starting = await start({ state: 'starting' })
    expect((await starting.ask('/ready')).statusCode).toBe(503)
    expect((await starting.ask('/health')).body).toBe('OK')
    const refused = await starting.ask('/v1/boats')
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().code]).toEqual([503, '1', 'unavailable'])
    const ready = await start()
    expect((await ready.ask('/ready')).json()).toEqual({ state: 'ready' })
    const draining = await start({ state: 'draining' })
    expect((await draining.ask('/ready')).statusCode).toBe(503)
    expect((await draining.ask('/v1/boats')).statusCode).toBe(200)
  })
})

/** One chunk, then silence until the signal. */
async function* endless(signal: AbortSignal): AsyncGenerator<string> {
  yield 'begin'
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}
