import { mkdtemp, rm } from 'node:fs/promises'
import { type ClientHttp2Session, connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineDialect } from '../platform/platform.ts'
import { boatsService, grpcCall } from '../testing/grpc-calls.ts'
import { type ServingApp, servingApp } from '../testing/serving-app.ts'
import { testApp } from '../testing/test-app.ts'

const boats = boatsService()
const dialect = (name: string) => defineDialect({ name, needs: {}, routes: () => [], grpc: () => [boats] })

describe('gRPC services of a dialect beside those of inference', () => {
  let app: ServingApp
  const sessions: ClientHttp2Session[] = []
  beforeAll(async () => {
    app = await servingApp({ dialects: [dialect('boats')], settings: { 'auth.token': 'correct horse' } })
  })
  afterAll(async () => {
    for (const session of sessions) session.destroy()
    await app.dispose()
  })

  const authorization = 'Bearer correct horse'
  function open(): ClientHttp2Session {
    const session = connect(app.url)
    sessions.push(session)
    return session
  }
  const hail = (session: ClientHttp2Session, headers: Record<string, string> = { authorization }) =>
    grpcCall(session, '/test.Boats/Hail', { texts: ['ahoy'], headers })
  const serverReady = (session: ClientHttp2Session) =>
    grpcCall(session, '/inference.GRPCInferenceService/ServerReady', { texts: [''] })

  it('are answered by the control plane while nothing is deployed', async () => {
    const session = open()
    expect(await hail(session)).toMatchObject({ status: '0', messages: ['ahoy '], headers: { 'x-from': 'nobody' } })
    expect((await hail(session, {})).status).toBe('16')
    expect((await serverReady(session)).status).toBe('0')
    expect((await grpcCall(session, '/test.Nobody/Hail', { headers: { authorization } })).status).toBe('12')
  })

  it('are reached through a worker once a model is deployed', async () => {
    const early = open()
    expect((await hail(early)).status).toBe('0')
    await app.register([6, -6])
    const deployed = await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' }, { authorization })
    expect(deployed.status).toBe(200)
    // The connection that was made before stays with the control plane, until it asks for what workers answer.
    expect(await hail(early)).toMatchObject({ status: '0', headers: { 'x-from': 'nobody' } })
    expect((await serverReady(early)).status).toBe('none')

    const session = open()
    expect(await hail(session)).toMatchObject({ status: '0', messages: ['ahoy '], headers: { 'x-from': '127.0.0.1' } })
    expect((await hail(session, {})).status).toBe('16')
    expect((await serverReady(session)).status).toBe('0')
    const texts = ['a', 'b', 'c']
    const talk = await grpcCall(session, '/test.Boats/Talk', { texts, headers: { authorization } })
    expect(talk).toMatchObject({ status: '0', messages: ['a!', 'b!', 'c!'] })
    expect((await grpcCall(session, '/test.Nobody/Hail', { headers: { authorization } })).status).toBe('12')
  })
})

it('refuses to start when two dialects bring the same service', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-grpc-'))
  const starting = testApp({ modules: [], dialects: [dialect('boats'), dialect('ships')], dataDir })
  await expect(starting).rejects.toThrow(
    'the gRPC service test.Boats is brought twice: by dialect boats and dialect ships',
  )
  await rm(dataDir, { recursive: true })
})
