import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createGrpcClient, type GrpcClient } from './client.ts'
import { WireWriter } from './wire-writer.ts'

/** What the server does with a call; each test writes its own. */
type Answer = (stream: ServerHttp2Stream) => void

describe('a gRPC client', () => {
  let server: Http2Server
  let authority: string
  let client: GrpcClient
  let answer: Answer = () => {}
  let sessionCount = 0
  const seen: Record<string, unknown>[] = []
  beforeAll(async () => {
    server = createServer()
    server.on('session', () => {
      sessionCount += 1
    })
    server.on('stream', (stream, headers) => {
      seen.push(headers)
      stream.on('error', () => {})
      stream.resume().on('end', () => answer(stream as ServerHttp2Stream))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    client = open()
  })
  afterEach(() => {
    sessionCount = 0
  })
  afterAll(() => {
    client.close()
    server.close()
  })

  function open(more: Partial<Parameters<typeof createGrpcClient>[0]> = {}): GrpcClient {
    return createGrpcClient({ authority, timeoutMs: 300, limitBytes: 1000, ...more })
  }

  function message(text: string): Buffer {
    const writer = new WireWriter()
    writer.string(1, text)
    return writer.frame()
  }
  const reply =
    (frame: Buffer | undefined, trailers: Record<string, string>): Answer =>
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers(trailers))
      stream.end(frame)
    }
  const call = (of = client) => of.unary('/demo.Echo/Say', message('hello'))

  it('keeps one connection, and sends its metadata and deadline', async () => {
    answer = reply(message('there'), { 'grpc-status': '0' })
    const own = open({ metadata: { authorization: 'Bearer hush' } })
    const answers = await Promise.all([call(own), call(own), call(own)])
    expect(answers.map(String)).toEqual(Array.from({ length: 3 }, () => String(message('there').subarray(5))))
    expect(seen.at(-1)).toMatchObject({ authorization: 'Bearer hush', 'grpc-timeout': '300m', te: 'trailers' })
    expect(sessionCount).toBe(1)
    own.close()
  })

  it.each<[string, Answer, number, string]>([
    ['a refusal', reply(undefined, { 'grpc-status': '3', 'grpc-message': 'wrong %C3%A5' }), 3, 'wrong å'],
    ['a refusal at once', (to) => to.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true }), 12, ''],
    ['no gRPC', (to) => to.respond({ ':status': 502 }, { endStream: true }), 14, 'HTTP 502 without a gRPC status'],
    ['no message', reply(undefined, { 'grpc-status': '0' }), 13, 'has no message'],
    ['compression', reply(Buffer.from([1, 0, 0, 0, 1, 7]), { 'grpc-status': '0' }), 13, 'compressed'],
    ['a lying length', reply(Buffer.from([0, 0, 0, 0, 9, 7]), { 'grpc-status': '0' }), 13, 'has no message'],
    ['a lost connection', (to) => to.session?.destroy(), 14, ''],
    ['silence', () => {}, 4, 'no answer within 300 ms'],
  ])('names %s', async (_what, act, status, words) => {
    answer = act
    await expect(call()).rejects.toMatchObject({ status, message: expect.stringContaining(words) })
    // The next call has a connection again.
    answer = reply(message('back'), { 'grpc-status': '0' })
    expect(String(await call())).toContain('back')
  })

  it('reads no answer beyond its limit', async () => {
    answer = reply(message('a'.repeat(2000)), { 'grpc-status': '0' })
    await expect(call()).rejects.toThrow('1000')
  })

  it('says that nobody is there', async () => {
    const nobody = open({ authority: 'http://127.0.0.1:9' })
    await expect(call(nobody)).rejects.toMatchObject({ status: 14, message: expect.stringContaining('ECONNREFUSED') })
    nobody.close()
  })
})
