import { once } from 'node:events'
import { createServer } from 'node:net'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'

export interface S3Server {
  /** A new, empty bucket: its blob URL, its name, and a client that works behind the back of the code under test. */
  newBucket(): Promise<{ url: string; bucket: string }>
  readonly client: S3Client
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  stop(): Promise<void>
}

/** Starts an S3-compatible server in this process (docs/decisions/010-s3-server-for-tests.md). */
export async function startS3Server(): Promise<S3Server> {
  const server = await startFauxqs({ port: await freePort(), host: '127.0.0.1', logger: false })
  const endpoint = `http://127.0.0.1:${server.port}`
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  let buckets = 0
  return {
    client,
    credentials,
    async newBucket() {
      buckets += 1
      const bucket = `bucket-${buckets}`
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
      return { bucket, url: `s3://${bucket}/some/prefix?endpoint=${encodeURIComponent(endpoint)}` }
    },
    async stop() {
      client.destroy()
      await server.stop()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return address !== null && typeof address === 'object' ? address.port : 0
}
