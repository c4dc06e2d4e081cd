import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { datasets } from '../../modules/datasets/index.ts'
import { type Tracking, tracking } from '../../modules/tracking/index.ts'
import { dialectNames } from '../../testing/databases.ts'
import { type WrittenSpan, writeRequest } from '../../testing/otlp-request.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { otlp } from './index.ts'

const traceId = '5b8efff798038103d269b633813fc60c'
const root: WrittenSpan = {
  traceId,
  spanId: 'eee19b7ec3c1b174',
  name: 'GET /flights',
  startNs: 1_700_000_000_123_456_789n,
  endNs: 1_700_000_000_623_456_789n,
  attributes: {
    'http.route': '/flights',
    'input.value': 'delays?',
    big: 9_007_199_254_740_993n,
    negative: -5n,
    whole: 2,
    nan: Number.NaN,
    nested: { list: ['a', 1n, true], empty: '' },
    zero: 'a\0b',
  },
}
const child: WrittenSpan = {
  traceId,
  spanId: 'eee19b7ec3c1b175',
  parentSpanId: root.spanId,
  name: 'select',
  startNs: 1_700_000_000_200_000_000n,
  endNs: 1_700_000_000_700_000_000n,
  status: 2,
}
const protobuf = { 'content-type': 'application/x-protobuf' }
const asJson = { 'content-type': 'application/json' }
const otherTrace = (id: string) => id.repeat(32)

describe.each(dialectNames)('spans over OTLP on %s', (database) => {
  let ready: Promise<TestApp> | undefined
  const start = () => {
    ready ??= testApp({ modules: [datasets, tracking], dialects: [otlp], database })
    return ready
  }
  afterAll(async () => (await ready)?.dispose())

  const send = async (body: string | Uint8Array, headers: Record<string, string>) =>
    (await start()).request('POST', '/v1/traces', body, headers)
  const read = async (id: string) => (await (await start()).request('GET', `/v1/traces/tr-${id}`)).body
  const find = async (filter: string): Promise<string[]> => {
    const { status, body } = await (await start()).request('POST', '/v1/traces/search', { filter })
    if (status !== 200) throw new Error(body.detail)
    return body.items.map((trace: { id: string }) => trace.id)
  }

  it('stores a trace whose values come back as they were sent', async () => {
    const answer = await send(gzipSync(writeRequest([root, child], { 'service.name': 'web' })), {
      ...protobuf,
      'content-encoding': 'gzip',
    })
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
      200,
      protobuf['content-type'],
      '',
    ])
    const trace = await read(traceId)
    expect(trace).toMatchObject({
      name: 'GET /flights',
      state: 'OK',
      startedAt: 1_700_000_000_123,
      // The child ends last.
      durationMs: 577,
      requestPreview: 'delays?',
      spanCount: 2,
    })
    expect(trace.spans[0]).toMatchObject({
      id: root.spanId,
      startNs: '1700000000123456789',
      resource: { 'service.name': 'web' },
      attributes: {
        'http.route': '/flights',
        negative: -5,
        whole: 2,
        nan: 'NaN',
        nested: { list: ['a', 1, true], empty: '' },
        zero: 'a\ufffdb',
      },
    })
    expect(trace.spans[1]).toMatchObject({ parentId: root.spanId, status: 'ERROR' })
    const service = (await start()).doors.tracking as Tracking
    const [stored] = await service.listSpans([`tr-${traceId}`])
    expect(stored?.attributes).toContain('"big":9007199254740993')
    expect(stored?.attributes).toContain('"whole":2.0')
  })

  it('changes nothing when a batch comes again, and lets a trace grow with later spans', async () => {
    const late = otherTrace('b')
    const inner = { ...child, traceId: late }
    await send(writeRequest([inner]), protobuf)
    expect(await read(late)).toMatchObject({ state: 'IN_PROGRESS', spanCount: 1, durationMs: 500 })
    for (let count = 0; count < 2; count++) await send(writeRequest([{ ...root, traceId: late }, inner]), protobuf)
    expect(await read(late)).toMatchObject({ state: 'OK', spanCount: 2, durationMs: 577, startedAt: 1_700_000_000_123 })
  })

  it('reads JSON with hexadecimal ids and integers as texts', async () => {
    const id = otherTrace('c')
    const span = {
      traceId: id,
      spanId: 'eee19b7ec3c1b174',
      name: 'json',
      kind: 2,
      startTimeUnixNano: '1700000000123456789',
      endTimeUnixNano: '1700000001123456789',
      attributes: [
        { key: 'count', value: { intValue: '9007199254740993' } },
        { key: 'ratio', value: { doubleValue: 0.5 } },
        { key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }, { boolValue: false }] } } },
      ],
      events: [{ timeUnixNano: '1700000000200000000', name: 'exception', attributes: [] }],
      status: { code: 2, message: 'broken' },
      fromTheFuture: true,
    }
    const request = { resourceSpans: [{ scopeSpans: [{ scope: { name: 'lib' }, spans: [span] }] }] }
    const answer = await send(JSON.stringify(request), asJson)
    expect([answer.status, answer.body]).toEqual([200, {}])
    const trace = await read(id)
    expect(trace).toMatchObject({ state: 'ERROR', durationMs: 1000 })
    expect(trace.spans[0]).toMatchObject({
      kind: 'server',
      scope: 'lib',
      statusMessage: 'broken',
      attributes: { ratio: 0.5, list: ['x', false] },
      events: [{ name: 'exception', timeNs: '1700000000200000000' }],
    })
  })

  it('finds traces by what their spans say', async () => {
    const all = [`tr-${otherTrace('b')}`, `tr-${traceId}`]
    expect((await find("spans.name = 'select'")).sort()).toEqual(all.sort())
    expect(await find("spanAttributes.`http.route` LIKE '/fl%' AND durationMs > 1000")).toEqual([])
    expect(await find("spans.text LIKE '%broken%'")).toEqual([`tr-${otherTrace('c')}`])
    expect(await find("state = 'ERROR'")).toEqual([`tr-${otherTrace('c')}`])
    await expect(find("spans.color = 'red'")).rejects.toThrow('traces have no "spans.color"')
  })

  it('rejects only the spans that cannot be stored, and says which', async () => {
    const good = { ...root, traceId: otherTrace('d') }
    const answer = await send(writeRequest([good, { ...root, traceId: '00' }]), protobuf)
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('trace_id "00"')
    expect(await read(otherTrace('d'))).toMatchObject({ spanCount: 1 })
    const json = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'zz', spanId: '1' }] }] }] }
    expect((await send(JSON.stringify(json), asJson)).body.partialSuccess.rejectedSpans).toBe('1')
  })

  it('answers what it cannot read with a status in the encoding of the request', async () => {
    const cases: [string | Uint8Array, Record<string, string>, number, number][] = [
      ['{', asJson, 400, 3],
      ['[]', asJson, 400, 3],
      ['{"resourceSpans": 5}', asJson, 400, 3],
      ['<xml/>', { 'content-type': 'text/xml' }, 415, 3],
      ['{}', { ...asJson, 'content-encoding': 'br' }, 415, 3],
      ['{}', { ...asJson, 'content-encoding': 'gzip' }, 400, 3],
      [gzipSync(Buffer.alloc(65 * 1024 * 1024)), { ...asJson, 'content-encoding': 'gzip' }, 413, 8],
    ]
    for (const [body, headers, status, code] of cases) {
      const answer = await send(body, headers)
      expect([answer.status, answer.body.code]).toEqual([status, code])
      expect(answer.body.message).not.toBe('')
    }
    const binary = await send(Buffer.from([10, 200]), protobuf)
    expect([binary.status, binary.headers.get('content-type')]).toEqual([400, protobuf['content-type']])
    // google.rpc.Status: field 1 is the code, 3 for an invalid argument.
    expect(binary.body.startsWith('\u0008\u0003\u0012')).toBe(true)
    const unknown = await send(writeRequest([root]), { ...protobuf, 'x-mlflow-experiment-id': '987654' })
    expect(unknown.status).toBe(404)
  })

  it('never fails on bytes that were cut or changed', async () => {
    const whole = writeRequest([root, child], { 'service.name': 'web' })
    for (let at = 0; at < whole.length; at += 3) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 0xff
      for (const bytes of [whole.subarray(0, at), changed]) {
        const { status } = await send(bytes, { ...protobuf, 'x-mlflow-experiment-id': '0' })
        expect([200, 400]).toContain(status)
      }
    }
  })
})
