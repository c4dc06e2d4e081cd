import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll } from 'vitest'
import { describeBlobs } from '../../testing/blob-conformance.ts'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import { openBlobs } from './index.ts'

const folders: string[] = []
let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(async () => {
  await server.stop()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

describeBlobs('S3', async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'slipway-s3-'))
  folders.push(cacheDir)
  const { bucket, url } = await server.newBucket()
  const { client, credentials } = server
  let offset = 0
  const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() }
  const open = () => openBlobs({ url, cacheDir, clock, credentials })
  return {
    blobs: await open(),
    reopen: open,
    // Last-Modified counts seconds.
    timeStepMs: 1001,
    advance: (ms) => {
      offset += ms
    },
    async damage(digest, bytes) {
      const Key = `some/prefix/blobs/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes }))
    },
    async leftovers() {
      const staged = await readdir(join(cacheDir, 'staging')).catch(() => [])
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
      const objects = Contents.map(({ Key = '' }) => Key).filter((key) => !key.startsWith('some/prefix/blobs/'))
      return [...staged, ...objects]
    },
  }
})
