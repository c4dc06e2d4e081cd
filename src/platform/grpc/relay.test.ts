import { rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boatsService, grpcCall } from '../../testing/grpc-calls.ts'
import { accessRules, createAccess } from '../auth/index.ts'
import { systemClock } from '../runtime/index.ts'
import { createGrpcRelay, createGrpcServer, type GrpcServer, shareWithHttp2 } from './index.ts'

describe('a gRPC server that passes on what it does not know', () => {
  const socketPath = join(tmpdir(), `slipway-relay-${process.pid}.sock`)
  const authorization = 'Bearer correct horse'
  const boats = boatsService()
  const access = createAccess(accessRules({ host: '127.0.0.1', allowedHosts: [], token: 'correct horse' }))
  const options = { access, clock: systemClock, limitBytes: 1024 * 1024 }
  const own = createGrpcServer({
    ...options,
    services: [{ allow: 'boats:write', name: 'test.Own', methods: boats.methods }],
    others: createGrpcRelay(socketPath),
  })
  const front = createServer()
  let behind: { readonly server: Server; readonly grpc: GrpcServer }
  let session: ClientHttp2Session

  async function startBehind() {
    await rm(socketPath, { force: true })
    const server = createServer()
    const grpc = createGrpcServer({ ...options, services: [boats] })
    shareWithHttp2(server, grpc.accept)
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
    return { server, grpc }
  }
  beforeAll(async () => {
    behind = await startBehind()
    shareWithHttp2(front, own.accept)
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
    session = connect(`http://127.0.0.1:${(front.address() as AddressInfo).port}`)
  })
  afterAll(() => {
    session.destroy()
    own.destroy()
    front.close()
    behind.grpc.destroy()
    behind.server.close()
  })

  const call = (method: string, given: Parameters<typeof grpcCall>[2] = {}) =>
    grpcCall(session, `/test.Boats/${method}`, { ...given, headers: { authorization, ...given.headers } })

  it('answers its own itself, also what its own do not have', async () => {
    const asked = { texts: ['ahoy'], headers: { authorization } }
    expect(await grpcCall(session, '/test.Own/Hail', asked)).toMatchObject({
      status: '0',
      messages: ['ahoy '],
      headers: { 'x-from': 'nobody' },
    })
    expect((await grpcCall(session, '/test.Own/Sail', asked)).status).toBe('12')
  })

  it('passes messages, metadata both ways and who asks on', async () => {
    expect(await call('Hail', { texts: ['ahoy'], headers: { 'x-flag': 'red' } })).toMatchObject({
      status: '0',
      messages: ['ahoy red'],
      headers: { 'x-from': '127.0.0.1' },
    })
  })

  it('streams both ways, more than either side holds', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => String(index).padStart(100_000, 'x'))
    const answer = await call('Talk', { texts })
    expect(answer.status).toBe('0')
    expect(answer.messages).toEqual(texts.map((text) => `${text}!`))
  })

  it('gives the status of a call that fails behind an answer, with its message', async () => {
    const answer = await call('Sink', { texts: ['a'] })
    expect(answer).toMatchObject({ status: '9', messages: ['a?'], message: 'The input is not valid: a leak.' })
  })

  it.each([
    ['without a token', 'Hail', { authorization: '' }, '16'],
    ['of a method that nobody has', 'Sail', {}, '12'],
    ['with a bad timeout', 'Hail', { 'grpc-timeout': 'soon' }, '13'],
  ])('is told what the other server says of a call %s', async (_what, method, headers, status) => {
    expect((await call(method, { headers })).status).toBe(status)
  })

  it('ends a call at its deadline and tells the method', async () => {
    const headers = { 'x-flag': 'late', 'grpc-timeout': '50m' }
    expect((await call('Wait', { headers, cancelled: new AbortController().signal })).status).toBe('4')
    await expect.poll(() => boats.over).toContain('late')
  })

  it('tells the method when its client gives up', async () => {
    const stop = new AbortController()
    const answer = call('Wait', { headers: { 'x-flag': 'gone' }, cancelled: stop.signal })
    await new Promise((resolve) => setTimeout(resolve, 100))
    stop.abort()
    await answer
    await expect.poll(() => boats.over).toContain('gone')
  })

  it('says "unavailable" while nobody is there, and goes on once somebody is', async () => {
    const cut = call('Wait', { cancelled: new AbortController().signal })
    await new Promise((resolve) => setTimeout(resolve, 100))
    behind.grpc.destroy()
    behind.server.close()
    expect((await cut).status).toBe('14')
    expect(await call('Hail')).toMatchObject({ status: '14', message: expect.stringContaining('predictions go on') })
    behind = await startBehind()
    expect((await call('Hail')).status).toBe('0')
  })
})
