import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { request as nodeRequest } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineErrors } from '../../kernel/errors.ts'
import { createIds } from '../../kernel/ids.ts'
import { operation } from '../../kernel/operation.ts'
import { pageQuery } from '../../kernel/paging.ts'
import type { RawRoute } from '../../kernel/route.ts'
import { createAuthenticate, createOriginGuard } from '../../platform/auth/index.ts'
import { createLog } from '../../platform/runtime/index.ts'
import { bindOperations } from './bound-operation.ts'
import { createHttp, type Http, type HttpOptions } from './http.ts'
import type { LifecycleState } from './lifecycle.ts'

const errors = defineErrors({ boat_not_found: ['not_found', 'There is no boat {name}.', 'slipway boats list'] })
const Boat = z.object({
  name: z.string(),
  tons: z.number(),
  crew: z.array(z.object({ name: z.string(), age: z.int().optional() })),
})
const boats = new Map<string, z.infer<typeof Boat>>()

const operations = [
  operation({
    name: 'boats.create',
    http: 'POST /v1/boats/{name}',
    summary: 'Launch a boat.',
    input: Boat,
    output: Boat,
    allow: 'boats:write',
    status: 201,
    run: (_: object, input) => {
      boats.set(input.name, input)
      return input
    },
  }),
  operation({
    name: 'boats.get',
    http: 'GET /v1/boats/{name}',
    summary: 'One boat.',
    input: z.object({ name: z.string() }),
    output: Boat,
    allow: 'boats:read',
    run: (_: object, { name }) => {
      const boat = boats.get(name)
      if (boat === undefined) throw errors.boat_not_found({ name })
      return boat
    },
  }),
  operation({
    name: 'boats.list',
    http: 'GET /v1/boats',
    summary: 'Boats.',
    input: z.object({
      ...pageQuery,
      minTons: z.number().optional(),
      afloat: z.boolean().default(false),
      flags: z.array(z.string()).default([]),
    }),
    output: z.object({ seen: z.unknown() }),
    allow: 'boats:read',
    run: (_: object, input) => ({ seen: input }),
  }),
  operation({
    name: 'boats.leak',
    http: 'GET /v1/leak',
    summary: 'Answers a field that it did not declare.',
    input: z.object({}),
    output: z.object({ declared: z.number() }),
    allow: 'boats:read',
    run: () => ({ declared: 1, leaked: 2 }),
  }),
  operation({
    name: 'boats.sink',
    http: 'POST /v1/sink',
    summary: 'Fails in an unforeseen way.',
    input: z.object({}),
    output: z.object({}),
    allow: 'boats:write',
    run: () => {
      throw new TypeError('hull is undefined')
    },
  }),
]

const aborted: string[] = []
const routes: RawRoute[] = [
  {
    method: 'GET',
    path: '/files/{path*}',
    summary: 'Echoes its path.',
    body: 'none',
    allow: 'files:read',
    run: ({ params, query }) => ({ body: { params, query: Object.fromEntries(query) } }),
  },
  {
    method: 'POST',
    path: '/models/{model}:predict',
    summary: 'Echoes bytes.',
    body: 'bytes',
    limitBytes: 1000,
    allow: 'models:read',
    run: ({ params, bytes }) => ({ status: 202, headers: { 'x-model': params.model ?? '' }, body: bytes }),
  },
  {
    method: 'PUT',
    path: '/streams',
    summary: 'Counts bytes.',
    body: 'stream',
    limitBytes: 100_000,
    allow: 'files:write',
    run: async ({ stream }) => ({ body: { sizeBytes: (await text(stream)).length } }),
  },
  {
    method: 'GET',
    path: '/slow',
    summary: 'Waits for its caller to leave.',
    body: 'none',
    allow: 'files:read',
    run: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push(String(signal.reason.message))
          resolve({ body: 'late' })
        })
      }),
  },
  {
    method: 'GET',
    path: '/blob',
    summary: 'A stream.',
    body: 'none',
    allow: 'files:read',
    run: () => ({
      headers: { 'content-type': 'application/octet-stream', 'content-length': '3' },
      body: Readable.from(['abc']),
    }),
  },
]

const open: Http[] = []
afterEach(async () => {
  for (const http of open.splice(0)) await http.close(100)
})

async function start(overrides: Partial<HttpOptions> & { token?: string; state?: LifecycleState; host?: string } = {}) {
  const { token, state = 'ready', host = '127.0.0.1', ...rest } = overrides
  const http = await createHttp({
    operations: bindOperations('boats', operations, {}),
    routes,
    lifecycle: { state: () => state, version: { name: 'slipway', version: '1.2.3' } },
    authenticate: createAuthenticate(token === undefined ? [] : [{ token, principal: { id: 'token', kind: 'token' } }]),
    guard: createOriginGuard({ host, allowedHosts: ['ship.example'], hasToken: token !== undefined }),
    log: createLog('silent'),
    ids: createIds(() => Date.now()),
    bodyLimitBytes: 2000,
    uiDir: '/nonexistent',
    checkOutput: true,
    ...rest,
  })
  open.push(http)
  return http
}

describe('operations over HTTP', () => {
  it('creates with 201 and reads back', async () => {
    const { app } = await start()
    const boat = { tons: 3, crew: [{ name: 'Ann' }] }
    const created = await app.inject({ method: 'POST', url: '/v1/boats/Kon%20Tiki', payload: boat })
    expect(created.statusCode).toBe(201)
    expect(created.json()).toEqual({ name: 'Kon Tiki', ...boat })
    expect((await app.inject('/v1/boats/Kon%20Tiki')).json()).toEqual({ name: 'Kon Tiki', ...boat })
    const head = await app.inject({ method: 'HEAD', url: '/v1/boats/Kon%20Tiki' })
    expect([head.statusCode, head.body]).toEqual([200, ''])
  })

  it('reads query text as numbers, booleans and repeated values', async () => {
    const { app } = await start()
    const answer = await app.inject('/v1/boats?minTons=2.5&afloat=true&flags=no&flags=nl&limit=7')
    expect(answer.json().seen).toEqual({ minTons: 2.5, afloat: true, flags: ['no', 'nl'], limit: 7 })
  })

  it('answers a declared error as a problem document', async () => {
    const { app } = await start()
    const answer = await app.inject({ url: '/v1/boats/Argo', headers: { 'x-request-id': 'my-request.7' } })
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
    const { app } = await start()
    const answer = await app.inject({ method: 'POST', url: '/v1/sink' })
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.body).not.toContain('hull')
    expect(answer.json().detail).toContain(answer.headers['x-request-id'])
  })

  it('finds an output field that was not declared', async () => {
    const { app } = await start()
    const answer = await app.inject('/v1/leak')
    expect(answer.json().hint).toContain('leaked: is not declared')
    const lax = await start({ checkOutput: false })
    expect((await lax.app.inject('/v1/leak')).statusCode).toBe(200)
  })

  it('refuses a request id that could break a log', async () => {
    const { app } = await start()
    const answer = await app.inject({ url: '/health', headers: { 'x-request-id': 'a b' } })
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
  })
})

const boat = '{"tons":3,"crew":[]}'
const json = { 'content-type': 'application/json' }
const badInput: [
  what: string,
  request: Record<string, unknown>,
  status: number,
  says: Record<string, unknown> | RegExp,
][] = [
  ['malformed JSON', { payload: '{"tons": }', headers: json }, 400, /malformed_json.*line 1, column 10/],
  ['a body that ends early', { payload: '{"tons": 3', headers: json }, 400, /malformed_json/],
  ['a body that is no object', { payload: '[1]', headers: json }, 400, /must be a JSON object/],
  ['a body of another media type', { payload: 'tons=3', headers: { 'content-type': 'text/csv' } }, 400, /must be JSON/],
  [
    'a wrong type',
    { payload: '{"tons":"many","crew":[]}', headers: json },
    400,
    { fields: [{ path: 'tons', value: 'many' }] },
  ],
  [
    'a missing field',
    { payload: '{"tons":1}', headers: json },
    400,
    { fields: [{ path: 'crew', message: 'is required' }] },
  ],
  [
    'an unknown field',
    { payload: '{"tonns":1,"tons":1,"crew":[]}', headers: json },
    400,
    /tonns: is not a known field; did you mean tons\?/,
  ],
  [
    'an unknown nested field',
    { payload: '{"tons":1,"crew":[{"name":"A","agee":3}]}', headers: json },
    400,
    /crew\[0\]\.agee: .*did you mean age\?/,
  ],
  [
    'a field that differs from the path',
    { payload: '{"name":"Other","tons":1,"crew":[]}', headers: json },
    400,
    /differs from the path/,
  ],
  ['a query on a POST', { url: '/v1/boats/Argo?tons=3', payload: boat, headers: json }, 400, /is in the query/],
  [
    'a body too large',
    { payload: `{"tons":3,"crew":[],"x":"${'x'.repeat(3000)}"}`, headers: json },
    413,
    /body_too_large.*2000 bytes/,
  ],
  [
    'a number that is none',
    { method: 'GET', url: '/v1/boats?minTons=abc' },
    400,
    { fields: [{ path: 'minTons', value: 'abc' }] },
  ],
  ['a limit out of range', { method: 'GET', url: '/v1/boats?limit=100000' }, 400, { fields: [{ path: 'limit' }] }],
  ['an unknown query field', { method: 'GET', url: '/v1/boats?limitt=3' }, 400, /did you mean limit\?/],
  ['an unknown route', { method: 'GET', url: '/v1/boat' }, 404, /route_not_found.*Did you mean GET \/v1\/boats/],
  ['another method', { method: 'DELETE', url: '/v1/boats/Argo' }, 404, /GET \/v1\/boats\/\{name\}/],
  ['broken percent-encoding', { method: 'GET', url: '/v1/boats/%zz' }, 400, /path_malformed/],
  ['an encoded path that climbs', { method: 'GET', url: '/files/a/%2e%2e%2f%2e%2e/etc' }, 400, /path_climbs/],
  ['a twice encoded path that climbs', { method: 'GET', url: '/files/a/%252e%252e%252fetc' }, 400, /path_climbs/],
  ['a path that climbs by backslash', { method: 'GET', url: '/files/a%5c..%5cetc' }, 400, /path_climbs/],
  ['a climbing path parameter', { method: 'GET', url: '/v1/boats/..%2f..%2fetc' }, 400, /path_climbs/],
  ['an absolute rest', { method: 'GET', url: '/files//etc/passwd' }, 400, /path_climbs/],
  ['an encoded absolute rest', { method: 'GET', url: '/files/%2fetc/passwd' }, 400, /path_climbs/],
  ['a drive letter', { method: 'GET', url: '/files/c:/windows' }, 400, /path_climbs/],
  ['a NUL byte', { method: 'GET', url: '/files/a%00b' }, 400, /path_climbs/],
  [
    'bytes over the route’s limit',
    { url: '/models/iris:predict', payload: 'x'.repeat(1001) },
    413,
    /body_too_large.*1000 bytes/,
  ],
  [
    'a stream over the route’s limit',
    { method: 'PUT', url: '/streams', payload: 'x'.repeat(100_001), headers: { 'content-type': 'text/csv' } },
    413,
    /body_too_large/,
  ],
]

describe('bad input', () => {
  it.each(badInput)('answers %s clearly', async (_what, request, status, says) => {
    const { app } = await start()
    const answer = await app.inject({ method: 'POST', url: '/v1/boats/Argo', ...request })
    expect(answer.json().status).toBe(status)
    expect(answer.statusCode).toBe(status)
    if (says instanceof RegExp) expect(answer.body).toMatch(says)
    else expect(answer.json()).toMatchObject(says)
    expect(boats.has('Argo')).toBe(false)
  })

  it('refuses a path that climbs as it stands on the wire', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    const socket = createConnection(port, '127.0.0.1')
    socket.write('GET /files/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 [^]*path_climbs/)
  })

  it('drops a __proto__ key', async () => {
    const { app } = await start()
    const payload = '{"tons":3,"crew":[],"__proto__":{"tons":9}}'
    const answer = await app.inject({ method: 'POST', url: '/v1/boats/proto', headers: json, payload })
    expect(answer.statusCode).toBe(201)
    expect(({} as { tons?: number }).tons).toBeUndefined()
  })
})

describe('raw routes', () => {
  it('hands on the rest of a path decoded once', async () => {
    const { app } = await start()
    const answer = await app.inject('/files/a%20b/c%2Fd/e%2525f?x=1&y=%26')
    expect(answer.json()).toEqual({ params: { path: 'a b/c/d/e%25f' }, query: { x: '1', y: '&' } })
  })

  it('takes bytes of any media type and a parameter followed by text', async () => {
    const { app } = await start()
    const payload = Buffer.from([0, 1, 255])
    const headers = { 'content-type': 'application/x-protobuf' }
    const answer = await app.inject({ method: 'POST', url: '/models/a%3Ab.c-1:predict', payload, headers })
    expect([answer.statusCode, answer.headers['x-model']]).toEqual([202, 'a:b.c-1'])
    expect(answer.rawPayload).toEqual(payload)
  })

  it('answers HEAD of a stream without its body', async () => {
    const { app } = await start()
    const answer = await app.inject({ method: 'HEAD', url: '/blob' })
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
    const path = join(await mkdtemp(join(tmpdir(), 'slipway-')), 'control.sock')
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

  it('rejects a port that is taken', async () => {
    const http = await start()
    const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
    await expect(http.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('says when it is ready and when it drains, and answers only that until then', async () => {
    const starting = await start({ state: 'starting' })
    expect((await starting.app.inject('/ready')).statusCode).toBe(503)
    expect((await starting.app.inject('/health')).body).toBe('OK')
    const refused = await starting.app.inject('/v1/boats')
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().code]).toEqual([503, '1', 'unavailable'])
    const ready = await start()
    expect((await ready.app.inject('/ready')).json()).toEqual({ state: 'ready' })
    const draining = await start({ state: 'draining' })
    expect((await draining.app.inject('/ready')).statusCode).toBe(503)
    expect((await draining.app.inject('/v1/boats')).statusCode).toBe(200)
  })
})

describe('who may call', () => {
  it('wants the token on everything that shows data', async () => {
    const { app } = await start({ token: 'correct horse' })
    const answer = await app.inject('/v1/boats')
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated'])
    expect(answer.headers['www-authenticate']).toContain('Basic')
    const wrong = await app.inject({ url: '/v1/boats', headers: { authorization: 'Bearer wrong horse' } })
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'token_wrong'])
    const basic = Buffer.from('anyone:correct horse').toString('base64')
    for (const authorization of ['Bearer correct horse', `Basic ${basic}`])
      expect((await app.inject({ url: '/v1/boats', headers: { authorization } })).statusCode).toBe(200)
    expect((await app.inject('/health')).statusCode).toBe(200)
    expect((await app.inject('/nowhere')).statusCode).toBe(401)
  })

  it('does not answer to a foreign name that resolves to this machine', async () => {
    const { app } = await start()
    const evil = await app.inject({ url: '/v1/boats', headers: { host: 'evil.example:5000' } })
    expect([evil.statusCode, evil.json().code]).toEqual([403, 'forbidden_host'])
    for (const host of ['localhost:5000', '127.0.0.1', '[::1]:5000', 'ship.example'])
      expect((await app.inject({ url: '/v1/boats', headers: { host } })).statusCode).toBe(200)
  })

  it('refuses changes asked for by pages of other sites', async () => {
    const { app } = await start()
    const send = (origin: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/boats/x',
        headers: { ...json, origin, host: 'localhost:5000' },
        payload: boat,
      })
    expect((await send('https://evil.example')).json().code).toBe('forbidden_origin')
    expect((await send('null')).json().code).toBe('forbidden_origin')
    expect((await send('http://localhost:5000')).statusCode).toBe(201)
    expect((await send('https://ship.example')).statusCode).toBe(201)
  })
})

describe('the web application', () => {
  it('serves hashed files for ever, the index for pages, and compressed forms', async () => {
    const uiDir = await mkdtemp(join(tmpdir(), 'slipway-ui-'))
    await mkdir(join(uiDir, 'assets'))
    await writeFile(join(uiDir, 'index.html'), '<title>Slipway</title>')
    await writeFile(join(uiDir, 'assets/index-B3xk9_2a.js'), 'plain')
    await writeFile(join(uiDir, 'assets/index-B3xk9_2a.js.br'), 'brotli')
    const { app } = await start({ uiDir, token: 'correct horse' })
    const authorization = 'Bearer correct horse'

    const asset = await app.inject({ url: '/assets/index-B3xk9_2a.js', headers: { 'accept-encoding': 'gzip, br' } })
    expect([asset.body, asset.headers['content-encoding']]).toEqual(['brotli', 'br'])
    expect(asset.headers['cache-control']).toContain('immutable')
    expect((await app.inject('/assets/index-B3xk9_2a.js')).body).toBe('plain')

    const page = await app.inject({ url: '/ui/models/iris', headers: { accept: 'text/html,*/*', authorization } })
    expect([page.statusCode, page.body]).toEqual([200, '<title>Slipway</title>'])
    expect(page.headers['cache-control']).toBe('no-cache')
    const again = { accept: 'text/html', authorization, 'if-none-match': String(page.headers.etag) }
    expect((await app.inject({ url: '/', headers: again })).statusCode).toBe(304)
    expect((await app.inject({ url: '/ui', headers: { accept: 'text/html' } })).statusCode).toBe(401)
    expect((await app.inject({ url: '/v1/none', headers: { accept: 'text/html', authorization } })).statusCode).toBe(
      404,
    )
  })
})
