import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import { openBlobs } from './index.ts'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
const folders: string[] = []
const proxies: Server[] = []
let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(async () => {
  for (const proxy of proxies) proxy.close()
  await server.stop()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function openStore(options: {
  readonly url?: string
  readonly cacheLimitBytes?: number
  readonly now?: () => number
  readonly silentMs?: number
}) {
  const cacheDir = await mkdtemp(join(tmpdir(), 'slipway-s3-'))
  folders.push(cacheDir)
  const { bucket, url } = await server.newBucket()
  const clock = { now: options.now ?? (() => Date.now()), monotonic: () => performance.now() }
  const reopen = () => openBlobs({ url, cacheDir, clock, credentials: server.credentials, ...options })
  const blobs = await reopen()
  return { blobs, reopen, bucket, cacheDir, staged: () => readdir(join(cacheDir, 'staging')) }
}

describe('an upload in parts', () => {
  it('that is aborted leaves neither object nor parts', async () => {
    const abort = new AbortController()
    const { url } = await server.newBucket()
    // The caller goes away when the second part is on its way.
    let sent = ''
    const watched = await proxyTo(url, {
      request: (text) => {
        sent += `${/(?:GET|PUT|POST|DELETE) \/\S+ HTTP/.exec(text)?.[0] ?? ''}\n`
        if (text.includes('partNumber=2')) abort.abort()
      },
    })
    const { blobs, staged } = await openStore({ url: watched })
    const bytes = randomBytes(40 << 20)
    await expect(blobs.write(bytes, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' })
    // The test server does not list uploads in progress, so what counts is that the parts were given up.
    expect(sent).toMatch(/DELETE \/\S+uploadId=/)
    expect(sent).not.toMatch(/POST \/\S+uploadId=/)
    expect(await blobs.find(sha256(bytes))).toBeUndefined()
    expect(await staged()).toEqual([])
  })
})

describe('equal bytes', () => {
  it('are sent once', async () => {
    const { blobs, bucket } = await openStore({})
    await blobs.write('the same')
    const list = async () => (await server.client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents
    const [first] = (await list()) ?? []
    await new Promise((resolve) => setTimeout(resolve, 20))
    await blobs.write('the same')
    expect((await list())?.map((object) => object.LastModified)).toEqual([first?.LastModified])
  })
})

describe('local copies', () => {
  it('are fetched once, kept over a restart, and refused when the stored bytes are wrong', async () => {
    const { blobs, bucket, reopen } = await openStore({})
    const { digest } = await blobs.write('worth a copy')
    const { ino, birthtimeMs } = await stat(await blobs.localPath(digest))
    const again = await reopen()
    expect(await stat(await again.localPath(digest))).toMatchObject({ ino, birthtimeMs })
    const other = (await blobs.write('to be damaged')).digest
    const Key = `some/prefix/blobs/${other.slice(0, 2)}/${other.slice(2, 4)}/${other}`
    await server.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'damaged bytes' }))
    await expect(blobs.localPath(other)).rejects.toMatchObject({ code: 'blob_corrupt' })
    await blobs.write('to be damaged')
    expect(await readFile(await blobs.localPath(other), 'utf8')).toBe('to be damaged')
  })

  it('make room for newer ones beyond the bound, except those just asked for', async () => {
    let now = Date.now()
    const { blobs, cacheDir } = await openStore({ cacheLimitBytes: 2500, now: () => now })
    const digests = []
    for (const letter of ['a', 'b', 'c']) digests.push((await blobs.write(letter.repeat(1000))).digest)
    const copies = async () =>
      (await readdir(join(cacheDir, 'files'), { recursive: true })).filter((name) => name.length > 60)
    const [a = '', b = '', c = ''] = digests
    for (const digest of [a, b, c]) await blobs.localPath(digest)
    expect(await copies()).toHaveLength(3)
    now += 3_600_000
    await blobs.localPath(a)
    const d = (await blobs.write('d'.repeat(1000))).digest
    await blobs.localPath(d)
    expect((await copies()).map((name) => name.slice(3)).sort()).toEqual([a, d].sort())
  })
})

describe('a store that cannot be used', () => {
  it('says which, why and what to do, and keeps nothing behind', async () => {
    const { blobs: none, staged } = await openStore({
      url: `s3://no-such-bucket?endpoint=${encodeURIComponent(await endpoint())}`,
    })
    await expect(none.write('x')).rejects.toMatchObject({
      code: 'blob_store_unavailable',
      message: expect.stringMatching(/s3:\/\/no-such-bucket\/ cannot be used: NoSuchBucket/),
      hint: expect.stringContaining('Create the bucket'),
    })
    expect(await staged()).toEqual([])
  })

  it('answers soon when nobody listens', async () => {
    const { blobs } = await openStore({ url: `s3://bucket?endpoint=${encodeURIComponent(await deadEndpoint())}` })
    await expect(blobs.find(sha256('x'))).rejects.toMatchObject({
      code: 'blob_store_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('is given up when it takes a request and never answers', async () => {
    const mute = createServer((socket) => socket.on('error', () => {}))
    const url = `s3://bucket?endpoint=${encodeURIComponent(await listening(mute))}`
    const { blobs, staged } = await openStore({ url, silentMs: 200 })
    const failure = { code: 'blob_store_unavailable', message: expect.stringContaining('timed out') }
    await expect(blobs.write('x')).rejects.toMatchObject(failure)
    await expect(blobs.find(sha256('x'))).rejects.toMatchObject(failure)
    expect(await staged()).toEqual([])
  })

  it('is given up when it stops in the middle of an answer', async () => {
    const bytes = randomBytes(4 << 20)
    const { url } = await server.newBucket()
    const { digest } = await (await openStore({ url })).blobs.write(bytes)
    let passed = 0
    const stopping = await proxyTo(url, {
      answer: (chunk) => {
        passed += chunk.length
        return passed < 1 << 20
      },
    })
    const { blobs } = await openStore({ url: stopping, silentMs: 500 })
    await expect(blobs.bytes(digest, bytes.length)).rejects.toThrow(/timed out/)
  })

  const endpoint = async () => {
    const { url } = await server.newBucket()
    return new URL(url).searchParams.get('endpoint') ?? ''
  }
})

async function deadEndpoint(): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const address = listener.address()
  await new Promise((resolve) => listener.close(resolve))
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 1}`
}

interface Watched {
  /** Sees what goes to the store. */
  readonly request?: (text: string) => void
  /** Sees what comes back, and says whether it is passed on. */
  readonly answer?: (chunk: Buffer) => boolean
}

/** The blob URL through a proxy. */
async function proxyTo(url: string, { request, answer = () => true }: Watched): Promise<string> {
  const target = new URL(new URL(url).searchParams.get('endpoint') ?? '')
  const proxy = createServer((client) => {
    const store = connect(Number(target.port), target.hostname)
    client.on('data', (bytes) => request?.(bytes.toString('latin1')))
    client.pipe(store)
    store.on('data', (chunk: Buffer) => void (answer(chunk) && client.write(chunk)))
    store.on('end', () => client.end())
    for (const socket of [client, store]) socket.on('error', () => socket.destroy())
  })
  return url.replace(/endpoint=.*/, `endpoint=${encodeURIComponent(await listening(proxy))}`)
}

/** Starts it on a free port until the tests are over. */
async function listening(listener: Server): Promise<string> {
  listener.listen(0, '127.0.0.1')
  proxies.push(listener)
  await new Promise((resolve) => listener.once('listening', resolve))
  const address = listener.address()
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 1}`
}
