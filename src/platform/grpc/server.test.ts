import { createServer, type Server } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2, constants, type IncomingHttpHeaders } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kernelErrors } from '../../kernel/errors.ts'
import type { GrpcMethod, GrpcService } from '../../kernel/grpc-service.ts'
import { accessRules, createAccess } from '../auth/index.ts'
import { systemClock } from '../runtime/index.ts'
import { createGrpcServer, type GrpcServer, shareWithHttp2 } from './index.ts'

const frameOf = (body: Uint8Array, isCompressed = false) => {
  const head = Buffer.alloc(5)
  head[0] = isCompressed ? 1 : 0
  head.writeUInt32BE(body.byteLength, 1)
  return Buffer.concat([head, body])
}
const over: string[] = []
const echo: GrpcMethod = {
  kind: 'unary',
  run: (message) => ({ frame: frameOf(message), headers: { 'x-given': 'yes' } }),
}
const service: GrpcService = {
  name: 'test.Echo',
  allow: 'echo:write',
  methods: {
    Say: echo,
    Open: { ...echo, isPublic: true },
    Fail: {
      kind: 'unary',
      run: () => {
        throw kernelErrors.invalid_input({ problems: 'ünlucky 100 %' })
      },
    },
    Wait: {
      kind: 'unary',
      run: (_message, call) =>
        new Promise((resolve) =>
          call.onOver(() => resolve({ frame: frameOf(Buffer.from(String(over.push('wait')))) })),
        ),
    },
    Think: {
      kind: 'stream',
      run: async (messages, _call, send) => {
        for await (const message of messages) {
          await new Promise((resolve) => setTimeout(resolve, 50))
          await send(frameOf(message)).finally(() => over.push('thought'))
        }
      },
    },
    Chat: {
      kind: 'stream',
      run: async (messages, _call, send) => {
        for await (const message of messages) await send(frameOf(Buffer.from(`${message}!`)))
      },
    },
  },
}

describe('gRPC beside HTTP/1.1', () => {
  let web: Server
  let grpc: GrpcServer
  let session: ClientHttp2Session
  let port: number
  beforeAll(async () => {
    web = createServer(
      (request, response) => void text(request).then((body) => response.end(`${request.method} ${body}`)),
    )
    const access = createAccess(accessRules({ host: '127.0.0.1', allowedHosts: [], token: 'correct horse' }))
    grpc = createGrpcServer({ services: [service], access, clock: systemClock, limitBytes: 4096 })
    shareWithHttp2(web, grpc.accept)
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    port = (web.address() as AddressInfo).port
    session = connectHttp2(`http://127.0.0.1:${port}`)
  })
  afterAll(() => {
    session.destroy()
    grpc.destroy()
    web.close()
  })

  async function call(method: string, body: Uint8Array, headers: Record<string, string> = {}) {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/test.Echo/${method}`,
      'content-type': 'application/grpc',
      authorization: 'Bearer correct horse',
      ...headers,
    })
    const found: { headers: IncomingHttpHeaders; trailers: IncomingHttpHeaders; body: Buffer } = {
      headers: {},
      trailers: {},
      body: Buffer.alloc(0),
    }
    stream.on('response', (given) => Object.assign(found, { headers: given, trailers: given }))
    stream.on('trailers', (given) => Object.assign(found, { trailers: given }))
    stream.on('data', (chunk: Buffer) => {
      found.body = Buffer.concat([found.body, chunk])
    })
    stream.end(body)
    await new Promise((resolve) => stream.on('close', resolve))
    return found
  }
  const status = async (...args: Parameters<typeof call>) => (await call(...args)).trailers['grpc-status']

  it('answers with message, initial metadata and status, and HTTP/1.1 on the same port', async () => {
    const answer = await call('Say', frameOf(Buffer.from('hello')))
    expect(answer.body).toEqual(frameOf(Buffer.from('hello')))
    expect([answer.headers['x-given'], answer.trailers['grpc-status']]).toEqual(['yes', '0'])
    const response = await fetch(`http://127.0.0.1:${port}/x`, { method: 'POST', body: 'plain' })
    expect(await response.text()).toBe('POST plain')
  })

  it('tells the two apart when their first bytes come one by one', async () => {
    const socket = connect(port, '127.0.0.1')
    for (const byte of 'PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n') {
      socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*PUT $/s)
  })

  it('streams both ways', async () => {
    const messages = ['a', 'b', 'c'].map((letter) => frameOf(Buffer.from(letter)))
    const answer = await call('Chat', Buffer.concat(messages))
    expect(answer.body).toEqual(Buffer.concat(['a!', 'b!', 'c!'].map((words) => frameOf(Buffer.from(words)))))
  })

  it('takes compressed messages and answers long ones likewise', async () => {
    const long = Buffer.alloc(3000, 'x')
    const answer = await call('Say', frameOf(gzipSync(long), true), { 'grpc-encoding': 'gzip' })
    expect(answer.headers['grpc-encoding']).toBe('gzip')
    expect(gunzipSync(answer.body.subarray(5))).toEqual(long)
  })

  it.each([
    ['a message announced too long', 'Say', Buffer.from([0, 0, 16, 1, 0]), {}, '8'],
    ['one that unpacks too long', 'Say', frameOf(gzipSync(Buffer.alloc(5000)), true), { 'grpc-encoding': 'gzip' }, '8'],
    ['one cut off', 'Say', Buffer.from([0, 0, 0, 0, 9, 1]), {}, '13'],
    ['two where one belongs', 'Say', Buffer.concat([frameOf(Buffer.from('a')), frameOf(Buffer.from('b'))]), {}, '12'],
    ['an unknown compression', 'Say', frameOf(Buffer.from('a'), true), { 'grpc-encoding': 'snappy' }, '12'],
    ['an unknown method', 'Nothing', frameOf(Buffer.from('a')), {}, '12'],
    ['no token', 'Say', frameOf(Buffer.from('a')), { authorization: '' }, '16'],
    ['a bad timeout', 'Say', frameOf(Buffer.from('a')), { 'grpc-timeout': 'soon' }, '13'],
  ])('refuses %s', async (_what, method, body, headers, code) => {
    expect(await status(method, body, headers)).toBe(code)
  })

  it('needs no token for what is public', async () => {
    expect(await status('Open', frameOf(Buffer.from('a')), { authorization: '' })).toBe('0')
  })

  it('tells an error by its kind, its message in the encoding of headers', async () => {
    const { trailers } = await call('Fail', frameOf(Buffer.alloc(0)))
    expect(trailers['grpc-status']).toBe('3')
    expect(decodeURIComponent(String(trailers['grpc-message']))).toBe('The input is not valid: ünlucky 100 %.')
  })

  it('ends a call at its deadline and tells the method', async () => {
    const before = over.length
    expect(await status('Wait', frameOf(Buffer.alloc(0)), { 'grpc-timeout': '20m' })).toBe('4')
    expect(over.length).toBe(before + 1)
  })

  it('refuses other content over HTTP/2 with the reason', async () => {
    const answer = await call('Say', Buffer.alloc(0), { 'content-type': 'application/json' })
    expect([answer.headers[':status'], answer.body.toString()]).toEqual([415, expect.stringContaining('HTTP/1.1')])
  })

  it('goes on when a client has closed its stream while a method was at work on it', async () => {
    const headers = { ':method': 'POST', ':path': '/test.Echo/Think', 'content-type': 'application/grpc' }
    const stream = session.request({ ...headers, authorization: 'Bearer correct horse' })
    stream.on('error', () => {})
    // More than is read at once: such a stream is closed long before it is destroyed.
    for (let message = 0; message < 30; message++) stream.write(frameOf(Buffer.alloc(4000)))
    await new Promise((resolve) => setTimeout(resolve, 20))
    stream.close(constants.NGHTTP2_NO_ERROR)
    await expect.poll(() => over).toContain('thought')
    expect(await status('Say', frameOf(Buffer.from('hello')))).toBe('0')
  })

  it('lets a call in hand finish when it drains', async () => {
    const own = connectHttp2(`http://127.0.0.1:${port}`)
    const stream = own.request({ ':method': 'POST', ':path': '/test.Echo/Open', 'content-type': 'application/grpc' })
    const seen = text(stream)
    stream.write(frameOf(Buffer.from('late')).subarray(0, 6))
    await new Promise((resolve) => setTimeout(resolve, 50))
    grpc.drain()
    stream.end(frameOf(Buffer.from('late')).subarray(6))
    expect(await seen).toContain('late')
    await new Promise((resolve) => (own.closed ? resolve(null) : own.on('close', resolve)))
  })
})
