import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { boats, start } from '../../testing/boats-server.ts'

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
    'a field that every object inherits',
    { payload: '{"tons":1,"crew":[],"constructor":1}', headers: json },
    400,
    /constructor: is not a known field/,
  ],
  [
    'a query that names the prototype',
    { method: 'GET', url: '/v1/boats?__proto__=1' },
    400,
    /__proto__: is not a known/,
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
    const { ask } = await start()
    const answer = await ask({ method: 'POST', url: '/v1/boats/Argo', ...request })
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
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 .*path_climbs/s)
  })

  it('drops a __proto__ key', async () => {
    const { ask } = await start()
    const payload = '{"tons":3,"crew":[],"__proto__":{"tons":9}}'
    const answer = await ask({ method: 'POST', url: '/v1/boats/proto', headers: json, payload })
    expect(answer.statusCode).toBe(201)
    expect(({} as { tons?: number }).tons).toBeUndefined()
  })
})
