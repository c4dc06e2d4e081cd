import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from './index.ts'

let s3: S3Server
let app: TestApp
beforeAll(async () => {
  s3 = await startS3Server()
  // As an operator gives them: in the standard variables of AWS.
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.credentials.secretAccessKey)
  app = await testApp({ modules: [datasets], settings: { blobUrl: (await s3.newBucket()).url } })
})
afterAll(async () => {
  await app.dispose()
  await s3.stop()
  vi.unstubAllEnvs()
})

describe('datasets with their bytes on S3', () => {
  it('are stored, read by range, previewed, profiled and collected', async () => {
    await app.request('POST', '/v1/datasets', { name: 'remote' })
    const { body: blob } = await app.request('PUT', '/v1/blobs', 'city,people\nBern,134000\nBasel,173000\n')
    const files = [{ path: 'cities.csv', ...blob }]
    expect((await app.request('POST', '/v1/datasets/remote/versions', { files })).status).toBe(201)
    const path = '/v1/datasets/remote/versions/latest'
    expect((await app.request('GET', `${path}/preview`)).body.rows).toEqual([
      { city: 'Bern', people: 134_000 },
      { city: 'Basel', people: 173_000 },
    ])
    expect((await app.request('GET', `${path}/profile`)).body.columns[1]).toMatchObject({ mean: 153_500 })
    const part = await app.request('GET', `${path}/files/cities.csv`, undefined, { range: 'bytes=12-15' })
    expect([part.status, part.body]).toEqual([206, 'Bern'])
    await app.settled()
    expect((await app.request('GET', path)).body).toMatchObject({ rowCount: 2 })
    await app.request('PUT', '/v1/blobs', 'unnamed')
    const collected = await app.request('POST', '/v1/blobs/collect', { dryRun: false, olderThanMs: 0 })
    expect(collected.body).toMatchObject({ keptCount: 1, deletedCount: 1 })
    // Nothing of the store lies in the data directory but the copy that the engine read.
    expect(await readdir(join(app.dataDir, 'cache', 'staging'))).toEqual([])
  })
})
