import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { member, whole } from '../app.ts'
import { newDatabaseUrl } from '../testing/databases.ts'
import { serve } from './serve.ts'

describe('a member of a fleet refuses to start', () => {
  let folder: string
  let database: Awaited<ReturnType<typeof newDatabaseUrl>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-role-'))
    database = await newDatabaseUrl('postgres')
  })
  afterAll(async () => {
    await database.remove()
    await rm(folder, { recursive: true })
  })

  const start = (flags: Readonly<Record<string, string | boolean>>) =>
    serve({
      flags: { 'data-plane-only': true, port: '0', 'data-dir': folder, 'log-level': 'silent', ...flags },
      environment: {},
      configPath: join(folder, 'slipway.yaml'),
      whole,
      member,
      packageDir: resolve(import.meta.dirname, '../..'),
    })

  it('on SQLite, as it shares nothing with others', async () => {
    await expect(start({})).rejects.toMatchObject({ code: 'fleet_needs_postgres' })
    await expect(start({ 'database-url': `file:${folder}/a.db` })).rejects.toMatchObject({
      message: expect.stringContaining(`file:${folder}/a.db`),
    })
  })

  it('without the blob store of the others', async () => {
    await expect(start({ 'database-url': database.url })).rejects.toMatchObject({ code: 'fleet_needs_shared_blobs' })
  })

  it('where other machines reach it and no token is set', async () => {
    const open = start({ 'database-url': database.url, 'blob-url': `file:${folder}/blobs`, host: '0.0.0.0' })
    await expect(open).rejects.toMatchObject({ code: 'insecure_host' })
  })

  it('before the control plane has made the database', async () => {
    const early = start({ 'database-url': database.url, 'blob-url': `file:${folder}/blobs` })
    await expect(early).rejects.toMatchObject({ code: 'database_older' })
  })
})
