import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { configKey } from '../kernel/config.ts'
import { operation } from '../kernel/operation.ts'
import { defineModule } from '../platform/platform.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const order: string[] = []
const harbor = defineModule({
  name: 'harbor',
  needs: {},
  config: { berths: configKey(z.coerce.number().int().min(1).default(3), 'How many boats fit.') },
  migrations: [],
  events: [],
  operations: [
    operation({
      name: 'harbor.get',
      http: 'GET /v1/harbor',
      summary: 'The harbor.',
      input: z.object({}),
      output: z.object({ berths: z.number() }),
      allow: 'harbor:read',
      run: (service: { berths: number }) => ({ berths: service.berths }),
    }),
  ],
  create: ({ config }) => ({ door: { berths: config.berths } }),
  start: () => void order.push('start harbor'),
  stop: () => void order.push('stop harbor'),
})
const boats = defineModule({
  name: 'boats',
  needs: { harbor },
  config: {},
  migrations: [],
  events: [],
  operations: [],
  create: ({ needs }) => ({ door: { places: needs.harbor.berths } }),
  start: () => void order.push('start boats'),
  stop: () => void order.push('stop boats'),
})

const apps: TestApp[] = []
async function start(options: Parameters<typeof testApp>[0]): Promise<TestApp> {
  const app = await testApp(options)
  apps.push(app)
  return app
}
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
  order.length = 0
})

describe('a server', () => {
  it('starts modules after those they need and stops them before', async () => {
    const app = await start({ modules: [boats, harbor], settings: { 'harbor.berths': 7 } })
    expect((await app.request('GET', '/v1/harbor')).body).toEqual({ berths: 7 })
    await app.stop()
    expect(order).toEqual(['start harbor', 'start boats', 'stop boats', 'stop harbor'])
  })

  it('answers health, ready and version', async () => {
    const app = await start({ modules: [] })
    expect((await app.request('GET', '/health')).body).toBe('OK')
    expect((await app.request('GET', '/ready')).body).toEqual({ state: 'ready' })
    expect((await app.request('GET', '/version')).status).toBe(200)
  })

  it('refuses a second server on the same data directory, and names the first', async () => {
    const app = await start({ modules: [] })
    await expect(testApp({ modules: [], dataDir: app.dataDir })).rejects.toMatchObject({
      code: 'data_dir_in_use',
      message: expect.stringContaining(String(process.pid)),
    })
  })

  it.each([
    ['a lock that cannot be opened', 'lock', (path: string) => mkdir(path, { recursive: true })],
    ['a lock that is none', 'lock', (path: string) => writeFile(path, 'x'.repeat(4096))],
    ['no place for its note', 'server.json', (path: string) => mkdir(path, { recursive: true })],
  ])('blames no other server for a data directory with %s', async (_what, name, spoil) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'slipway-spoiled-'))
    await mkdir(join(dataDir, 'run'))
    await spoil(join(dataDir, 'run', name))
    await expect(testApp({ modules: [], dataDir })).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringContaining(dataDir),
    })
    await rm(dataDir, { recursive: true })
  })

  it('takes over a data directory whose server was killed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'slipway-killed-'))
    const script = `import { takeDataDir } from ${JSON.stringify(join(import.meta.dirname, 'data-dir.ts'))}
      await takeDataDir(${JSON.stringify(dataDir)}, { pid: process.pid, url: 'http://x' }); console.log('taken'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await expect(testApp({ modules: [], dataDir })).rejects.toMatchObject({ code: 'data_dir_in_use' })
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const app = await start({ modules: [], dataDir })
    expect((await app.request('GET', '/health')).status).toBe(200)
    await rm(dataDir, { recursive: true, force: true })
  })

  it('says who has the port', async () => {
    const app = await start({ modules: [] })
    await expect(testApp({ modules: [], settings: { port: app.port } })).rejects.toMatchObject({ code: 'port_in_use' })
  })

  it('refuses to be open to other machines without a token', async () => {
    await expect(testApp({ modules: [], settings: { host: '0.0.0.0' } })).rejects.toMatchObject({
      code: 'insecure_host',
    })
    const app = await start({ modules: [], settings: { host: '0.0.0.0', insecure: true } })
    expect((await app.request('GET', '/health')).status).toBe(200)
  })

  it('reports every wrong setting at once, with key, value and source', async () => {
    const wrong = testApp({ modules: [harbor], settings: { port: 'many', harbor: { berths: 0, bertsh: 1 } } })
    await expect(wrong).rejects.toMatchObject({ code: 'config_invalid' })
    const message = await wrong.catch((error) => error.message)
    expect(message).toContain('port = "many"')
    expect(message).toContain('harbor.berths = 0')
    expect(message).toContain('did you mean harbor.berths?')
  })
})
