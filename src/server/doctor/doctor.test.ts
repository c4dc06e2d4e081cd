import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../kernel/config.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { assembleConfig } from '../settings.ts'
import { runChecks } from './check.ts'
import { checks } from './checks.ts'

async function examine(values: Record<string, unknown>, packageDir = '/nowhere') {
  const { config } = assembleConfig([], (schema) =>
    resolveConfig(schema, { flags: {}, environment: {}, file: { path: 'test', values: { port: 0, ...values } } }),
  )
  const findings = await runChecks(checks, { config, packageDir })
  return Object.fromEntries(findings.map(({ name, ...finding }) => [name, finding]))
}

describe('the doctor', () => {
  it('finds a fresh machine well, and leaves no trace', async () => {
    const folder = await temporaryFolder()
    const dataDir = join(folder, 'deep', 'data')
    const found = await examine({ dataDir })
    expect(Object.entries(found).filter(([, { state }]) => state === 'failed')).toEqual([])
    expect(found['data directory']).toEqual({ state: 'ok', detail: `${dataDir} will be made` })
    expect(found['web UI']?.advice).toContain('build:ui')
    expect(await readdir(folder)).toEqual([])
  })

  it('names a port that another program has', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello')).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const found = await examine({ dataDir: await temporaryFolder(), port })
    expect(found.port).toMatchObject({ state: 'failed', advice: expect.stringContaining('--port') })
    other.close()
  })

  it('says why a database is not one, and where none answers', async () => {
    const dataDir = await temporaryFolder()
    await writeFile(join(dataDir, 'slipway.db'), 'This is a text file and no database at all. '.repeat(100))
    expect((await examine({ dataDir })).database).toMatchObject({ state: 'failed', advice: expect.any(String) })
    const away = { dataDir, databaseUrl: 'postgres://slipway:hidden@127.0.0.1:1/slipway' }
    const found = (await examine(away)).database
    expect(found).toMatchObject({ state: 'failed', detail: expect.stringContaining('cannot be reached') })
    expect(JSON.stringify(found)).not.toContain('hidden')
  })

  it('names a data directory that is a file', async () => {
    const path = join(await temporaryFolder(), 'file')
    await writeFile(path, '')
    expect((await examine({ dataDir: path }))['data directory']).toMatchObject({ state: 'failed' })
  })
})
