import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RemoteRuntime, Tensor } from '../../../platform/inference/index.ts'
import { openRemoteSession } from '../../../platform/runtimes/remote/session.ts'
import type { ModelSession } from '../../../platform/runtimes/session.ts'
import { output, type RemoteServer, remoteServer, sendJson } from '../../../testing/remote-server.ts'
import { openRemote } from './open-remote.ts'

const inputs: Tensor[] = [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) }]

describe('a remote model that misbehaves', () => {
  let server: RemoteServer
  let session: ModelSession
  beforeEach(async () => {
    server = await remoteServer()
    session = await open()
  })
  afterEach(async () => {
    await session.release()
    await server.close()
  })

  function open(more: Partial<RemoteRuntime> = {}): Promise<ModelSession> {
    const source = {
      path: '',
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] } as const],
      outputs: [{ name: 'sum', datatype: 'FP32', shape: [-1] } as const],
    }
    const runtime: RemoteRuntime = {
      kind: 'remote',
      url: server.url,
      protocol: 'v2',
      model: 'sum',
      timeoutMs: 400,
      connections: 2,
      isBinary: false,
      isBatchable: true,
      ...more,
    }
    return openRemoteSession(source, runtime, openRemote)
  }

  const asError = () =>
    session.run(inputs).then(
      () => undefined,
      (error: { code: string; kind: string; message: string }) => error,
    )

  it.each<[string, (response: ServerResponse) => void, string, string]>([
    ['a wrong request', (to) => sendJson(to, { error: 'unexpected shape' }, 400), 'invalid', 'unexpected shape'],
    ['too many requests', (to) => sendJson(to, 'slow down', 429), 'limited', 'slow down'],
    ['a wrong token', (to) => sendJson(to, '', 401), 'internal', 'does not accept the credentials'],
    [
      'a model that is gone',
      (to) => sendJson(to, { error: 'unknown model' }, 404),
      'internal',
      'does not know the model',
    ],
    ['a crash', (to) => sendJson(to, { error: 'out of memory' }, 500), 'internal', 'out of memory'],
    ['a proxy without a server', (to) => sendJson(to, '<html>', 502), 'unavailable', '<html>'],
    ['a redirect', (to) => to.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 'internal', 'not followed'],
    ['no JSON', (to) => sendJson(to, '<html>'), 'internal', 'not a JSON object'],
    ['no outputs', (to) => sendJson(to, {}), 'internal', 'no "outputs"'],
    [
      'another type',
      (to) => sendJson(to, { outputs: [{ name: 'sum', datatype: 'FP64', shape: [1], data: [1] }] }),
      'internal',
      'is FP64, not FP32',
    ],
    [
      'another rank',
      (to) => sendJson(to, output({ shape: [1, 1], data: [1] })),
      'internal',
      'has the shape [1, 1], not [-1]',
    ],
    ['another number of rows', (to) => sendJson(to, output({ shape: [2], data: [1, 2] })), 'internal', '2 rows for 1'],
    ['fewer values than its shape', (to) => sendJson(to, output({ shape: [1], data: [] })), 'internal', 'got 0'],
    ['texts for numbers', (to) => sendJson(to, output({ shape: [1], data: ['a'] })), 'internal', 'does not fit'],
    [
      'another output',
      (to) => sendJson(to, { outputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] }),
      'internal',
      '"sum" is missing',
    ],
    [
      'half an answer',
      (to) => {
        to.writeHead(200, { 'content-length': '100' }).write('{', () => to.destroy())
      },
      'unavailable',
      'aborted',
    ],
    ['no answer', () => {}, 'unavailable', 'no answer within 400 ms'],
  ])('is named: %s', async (_what, answer, kind, words) => {
    server.answer = answer
    expect(await asError()).toMatchObject({ kind, message: expect.stringContaining(words) })
  })

  it('may give NaN, in the words of JSON and in those of Python', async () => {
    server.answer = (to) => sendJson(to, output({ shape: [1], data: [null] }))
    expect((await session.run(inputs))[0]?.data[0]).toBeNaN()
    server.answer = (to) => sendJson(to, '{"outputs":[{"name":"sum","datatype":"FP32","shape":[1],"data":[NaN]}]}')
    expect((await session.run(inputs))[0]?.data[0]).toBeNaN()
  })

  it('is asked over few connections that are kept, and once more when one of them was just closed', async () => {
    await Promise.all(Array.from({ length: 20 }, () => session.run(inputs)))
    expect(server.connectionCount).toBeLessThanOrEqual(2)
    let isFirst = true
    server.answer = (to) => {
      if (!isFirst) return sendJson(to, output({ shape: [1], data: [3] }))
      isFirst = false
      to.destroy()
    }
    expect((await session.run(inputs))[0]?.data[0]).toBe(3)
  })

  it('that is away is left alone, refuses at once, and answers again by itself', async () => {
    await session.run(inputs)
    const { port } = new URL(server.url)
    await server.close()
    expect(await asError()).toMatchObject({ code: 'inference_remote_away' })
    const begunAt = performance.now()
    expect(await asError()).toMatchObject({ code: 'inference_remote_away' })
    expect(performance.now() - begunAt).toBeLessThan(250)
    expect(session.trouble?.()).toContain('ECONNREFUSED')
    server = await remoteServer(Number(port))
    await expect.poll(() => session.trouble?.()).toBeUndefined()
    expect((await session.run(inputs))[0]?.data[0]).toBe(0.5)
  })

  it('is known to be away before anybody asked', async () => {
    const { port } = new URL(server.url)
    await server.close()
    const early = await open()
    await expect.poll(() => early.trouble?.()).toContain('ECONNREFUSED')
    server = await remoteServer(Number(port))
    await expect.poll(() => early.trouble?.()).toBeUndefined()
    await early.release()
  })

  it('gets a secret only from its variable and only on a host that is listed', async () => {
    const secret = 'SLIPWAY_SECRET_REMOTE_TEST'
    await expect(open({ secret })).rejects.toMatchObject({ code: 'inference_remote_forbidden' })
    process.env[secret] = 'hush'
    try {
      await expect(open({ secret })).rejects.toThrow('a secret is sent only to hosts that serving.remoteHosts names')
      const { host } = new URL(server.url)
      const trusted = await open({ secret, allowedHosts: ['other', host] })
      await trusted.run(inputs)
      await trusted.release()
      expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer hush')
      await session.run(inputs)
      expect(server.asked.at(-1)?.headers.authorization).toBeUndefined()
    } finally {
      delete process.env[secret]
    }
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:169.254.169.254]/',
    'http://0xa9fea9fe/',
    'grpc://169.254.169.254:80',
    'http://[fe80::1]/',
  ])('is not called at %s', async (url) => {
    await expect(open({ url })).rejects.toMatchObject({ code: 'inference_remote_forbidden' })
  })

  it('is not called on a host that the list does not name', async () => {
    await expect(open({ allowedHosts: [] })).rejects.toThrow('serving.remoteHosts does not name it')
    await expect(open({ allowedHosts: ['*.example', 'localhost'] })).rejects.toThrow('does not name it')
  })
})
