import { createHash, randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Blobs } from '../platform/blobs/index.ts'
import { describeUploadsAndCollection } from './blob-conformance-lifecycle.ts'

/** A store under test: empty, and reachable behind the back of `Blobs`. */
export interface BlobsUnderTest {
  readonly blobs: Blobs
  /** Opens the same store again, as a restarted server does. */
  reopen(): Promise<Blobs>
  /** Replaces stored bytes behind the store's back. */
  damage(digest: string, bytes: Uint8Array): Promise<void>
  /** Everything that lies anywhere in the store, half-written files included, without the blobs. */
  leftovers(): Promise<string[]>
  /** How exact the store's times are. */
  readonly timeStepMs: number
  /** Moves the clock of `blobs` and of everything that `reopen` opens. */
  advance(ms: number): void
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

/** Larger than any part or buffer of a driver, so that every path for large blobs is taken. */
const largeBytes = 20 * 2 ** 20 + 17

/**
 * The contract of `Blobs`, executed: `describeBlobs('disk', async () => ({ blobs, … }))`. Every driver passes all of it.
 */
export function describeBlobs(name: string, make: () => Promise<BlobsUnderTest>): void {
  describe(`blobs on ${name}`, () => {
    describeWriting(make)
    describeReading(make)
    describeHazards(make)
    describeUploadsAndCollection(make)
  })
}

function describeWriting(make: () => Promise<BlobsUnderTest>): void {
  it('answers the SHA-256 of what it stored', async () => {
    const { blobs } = await make()
    // The first two test vectors of FIPS 180-4.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    expect(await blobs.write('abc')).toEqual({ digest: abc, sizeBytes: 3 })
    expect(await blobs.write(Readable.from([Buffer.from('a'), Buffer.from('bc')]))).toEqual({
      digest: abc,
      sizeBytes: 3,
    })
    expect(await blobs.write(new Uint8Array())).toEqual({ digest: empty, sizeBytes: 0 })
    expect((await blobs.bytes(abc)).toString()).toBe('abc')
    expect(await blobs.bytes(empty)).toHaveLength(0)
    expect(await blobs.find(abc)).toEqual({ digest: abc, sizeBytes: 3 })
  })

  it('stores and gives back a large blob unchanged', async () => {
    const { blobs } = await make()
    const bytes = randomBytes(largeBytes)
    const { digest } = await blobs.write(Readable.from(cut(bytes, 100_000)))
    expect(digest).toBe(sha256(bytes))
    expect(sha256(await blobs.bytes(digest, largeBytes))).toBe(digest)
    const part = await bytesOf(await blobs.read(digest, { start: 8 * 2 ** 20 - 5, end: 8 * 2 ** 20 + 5 }))
    expect(part).toEqual(bytes.subarray(8 * 2 ** 20 - 5, 8 * 2 ** 20 + 6))
  })

  it('refuses bytes of another digest and keeps nothing', async () => {
    const { blobs, leftovers } = await make()
    const expected = sha256('good')
    await expect(blobs.write('evil', { expect: { digest: expected } })).rejects.toMatchObject({ code: 'blob_mismatch' })
    expect(await blobs.find(expected)).toBeUndefined()
    expect(await blobs.find(sha256('evil'))).toBeUndefined()
    expect(await leftovers()).toEqual([])
  })

  it('refuses a body that is shorter or longer than announced and keeps nothing', async () => {
    const { blobs, leftovers } = await make()
    const announce = (sizeBytes: number) => blobs.write('12345', { expect: { sizeBytes } })
    await expect(announce(6)).rejects.toMatchObject({
      code: 'blob_truncated',
      details: { receivedBytes: 5, expectedBytes: 6 },
    })
    await expect(announce(4)).rejects.toMatchObject({ code: 'blob_mismatch' })
    expect(await blobs.find(sha256('12345'))).toBeUndefined()
    expect(await leftovers()).toEqual([])
  })

  it('keeps nothing of a body that breaks off', async () => {
    const { blobs, leftovers } = await make()
    const broken = async function* () {
      yield randomBytes(3 << 20)
      throw new Error('the network went away')
    }
    await expect(blobs.write(broken())).rejects.toThrow('the network went away')
    expect(await leftovers()).toEqual([])
  })

  it('keeps nothing of a write that is aborted while its body waits', async () => {
    const { blobs, leftovers } = await make()
    const abort = new AbortController()
    const body = new Readable({ read() {} })
    body.push(randomBytes(2 << 20))
    const write = blobs.write(body, { signal: abort.signal })
    setTimeout(() => abort.abort(), 20)
    await expect(write).rejects.toMatchObject({ name: 'AbortError' })
    expect(await leftovers()).toEqual([])
  })
}

function describeReading(make: () => Promise<BlobsUnderTest>): void {
  it('reads ranges as HTTP counts them, both ends inclusive', async () => {
    const { blobs } = await make()
    const { digest } = await blobs.write('0123456789')
    const text = async (start: number, end?: number) =>
      (await bytesOf(await blobs.read(digest, end === undefined ? { start } : { start, end }))).toString()
    expect(await text(0, 0)).toBe('0')
    expect(await text(2, 4)).toBe('234')
    expect(await text(7)).toBe('789')
    expect(await text(8, 500)).toBe('89')
    for (const range of [{ start: 10 }, { start: -1 }, { start: 4, end: 3 }, { start: 0.5 }]) {
      await expect(blobs.read(digest, range)).rejects.toMatchObject({ code: 'range_invalid' })
    }
  })

  it('says so when there is no such blob', async () => {
    const { blobs } = await make()
    const digest = sha256('never stored')
    expect(await blobs.find(digest)).toBeUndefined()
    expect(await blobs.hold(digest)).toBeUndefined()
    for (const ask of [
      () => blobs.read(digest),
      () => blobs.bytes(digest),
      () => blobs.localPath(digest),
      () => blobs.verify(digest),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'blob_not_found' })
    }
  })

  it('takes nothing but a digest for a digest', async () => {
    const { blobs } = await make()
    const good = sha256('x')
    const bad = ['', '..', '../../etc/passwd', '/etc/passwd', '%2e%2e%2f', good.toUpperCase(), `${good}0`, `${good}\n`]
    for (const digest of bad) {
      for (const ask of [blobs.read, blobs.bytes, blobs.find, blobs.hold, blobs.localPath, blobs.verify]) {
        await expect((async () => ask(digest))()).rejects.toMatchObject({ code: 'digest_invalid' })
      }
    }
  })

  it('refuses to hold a large blob in memory', async () => {
    const { blobs } = await make()
    const { digest } = await blobs.write('eleven byte')
    await expect(blobs.bytes(digest, 10)).rejects.toMatchObject({ code: 'blob_too_large' })
    expect(await blobs.bytes(digest, 11)).toHaveLength(11)
  })

  it('gives a read-only local file with the same bytes', async () => {
    const { blobs } = await make()
    const { digest } = await blobs.write('for a child process')
    const paths = await Promise.all([blobs.localPath(digest), blobs.localPath(digest)])
    expect(paths[0]).toBe(paths[1])
    expect(await readFile(paths[0], 'utf8')).toBe('for a child process')
    expect((await stat(paths[0])).mode & 0o222).toBe(0)
  })
}

function describeHazards(make: () => Promise<BlobsUnderTest>): void {
  it('bears concurrent writers of the same bytes, and readers meanwhile never see half a blob', async () => {
    const { blobs, leftovers } = await make()
    const bytes = randomBytes(9 << 20)
    const digest = sha256(bytes)
    const seen: string[] = []
    let writing = true
    const reader = (async () => {
      while (writing) {
        if ((await blobs.find(digest)) !== undefined) seen.push(sha256(await blobs.bytes(digest, bytes.length)))
        await delay(5)
      }
    })()
    const writers = await Promise.all(Array.from({ length: 6 }, () => blobs.write(slowly(bytes))))
    writing = false
    await reader
    for (const ref of writers) expect(ref).toEqual({ digest, sizeBytes: bytes.length })
    expect(new Set([...seen, sha256(await blobs.bytes(digest, bytes.length))])).toEqual(new Set([digest]))
    expect(await leftovers()).toEqual([])
  })

  it('finds a damaged blob by verifying, and writing the bytes again repairs it', async () => {
    const { blobs, damage } = await make()
    const { digest } = await blobs.write('the true bytes')
    await blobs.verify(digest)
    await damage(digest, Buffer.from('the bad bytes!'))
    await expect(blobs.verify(digest)).rejects.toMatchObject({
      code: 'blob_corrupt',
      details: { digest, actual: sha256('the bad bytes!') },
    })
    // Nobody who reads the whole takes it for the truth.
    await expect(blobs.bytes(digest)).rejects.toMatchObject({ code: 'blob_corrupt' })
    await blobs.write('the true bytes')
    await blobs.verify(digest)
    expect((await blobs.bytes(digest)).toString()).toBe('the true bytes')
  })

  it('keeps large blobs apart that arrive at the same time, whatever owns their bytes', async () => {
    const { blobs } = await make()
    const bodies = ['a', 'b', 'c'].map((text) => Buffer.alloc(6 << 20, text))
    const refs = await Promise.all(bodies.map((body) => blobs.write(Readable.from(cut(body, 100_003)))))
    expect(refs.map((ref) => ref.digest)).toEqual(bodies.map(sha256))
    for (const { digest } of refs) await blobs.verify(digest)
    expect(bodies.map((body) => body.length)).toEqual([6 << 20, 6 << 20, 6 << 20])
  })

  it('keeps many small blobs apart', async () => {
    const { blobs } = await make()
    const texts = Array.from({ length: 200 }, (_, index) => `blob number ${index}`)
    const refs = await Promise.all(texts.map((text) => blobs.write(text)))
    expect(new Set(refs.map((ref) => ref.digest)).size).toBe(200)
    for (const [index, ref] of refs.entries()) expect((await blobs.bytes(ref.digest)).toString()).toBe(texts[index])
  })
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* slowly(bytes: Buffer): AsyncGenerator<Buffer> {
  for (const piece of cut(bytes, 1 << 20)) {
    await delay(2)
    yield piece
  }
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray())
}
