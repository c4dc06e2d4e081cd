import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { type Blobs, openBlobs } from './index.ts'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-hazard-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const realClock = { now: () => Date.now(), monotonic: () => performance.now() }
const open = (folder: string, clock = realClock): Promise<Blobs> =>
  openBlobs({ url: `file:${folder}`, cacheDir: join(folder, 'cache'), clock })
const pathOf = (folder: string, digest: string) => join(folder, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest)

describe('a process killed while it stores a blob', () => {
  /** Writes 2 MiB in a process that dies at the fault point, as `kill -9` would end it. */
  async function killedAt(fault: string, folder: string): Promise<string> {
    const script = `
      import { openBlobs } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
      const clock = { now: () => Date.now(), monotonic: () => 0 }
      const blobs = await openBlobs({ url: ${JSON.stringify(`file:${folder}`)}, cacheDir: '', clock })
      await blobs.write(Buffer.alloc(2 << 20, 'x'))`
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, SLIPWAY_FAULT: fault },
    })
    const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)))
    expect(signal).toBe('SIGKILL')
    return sha256(Buffer.alloc(2 << 20, 'x'))
  }

  it('leaves nothing visible before the rename, and what it staged is swept later', async () => {
    const folder = await newFolder()
    const digest = await killedAt('blobs.write.staged', folder)
    const blobs = await open(folder)
    expect(await blobs.find(digest)).toBeUndefined()
    expect(await readdir(join(folder, 'staging'))).toHaveLength(1)
    // Another server may still be writing it: only what is old is swept.
    await open(folder, { ...realClock, now: () => Date.now() + 2 * 3_600_000 })
    expect(await readdir(join(folder, 'staging'))).toEqual([])
  })

  it('leaves a whole blob after the rename', async () => {
    const folder = await newFolder()
    const digest = await killedAt('blobs.write.renamed', folder)
    const blobs = await open(folder)
    await blobs.verify(digest)
    expect(await blobs.find(digest)).toEqual({ digest, sizeBytes: 2 << 20 })
  })
})

describe('a body that fails before it is read', () => {
  it('fails the write, and nothing else', async () => {
    const folder = await newFolder()
    const blobs = await open(folder)
    const body = new Readable({ read: () => {} })
    const write = blobs.write(body)
    body.destroy(new Error('the file is gone'))
    await expect(write).rejects.toThrow('the file is gone')
    expect(await readdir(join(folder, 'staging'))).toEqual([])
  })
})

describe('a symbolic link inside the store', () => {
  it('in place of a blob is not read, and writing the bytes replaces it without touching its target', async () => {
    const folder = await newFolder()
    const outside = join(await newFolder(), 'secret')
    await writeFile(outside, 'secret')
    const blobs = await open(folder)
    const { digest } = await blobs.write('public')
    await rm(pathOf(folder, digest))
    await symlink(outside, pathOf(folder, digest))
    expect(await blobs.find(digest)).toBeUndefined()
    await expect(blobs.read(digest)).rejects.toMatchObject({ code: 'blob_not_found' })
    await expect(blobs.localPath(digest)).rejects.toMatchObject({ code: 'blob_not_found' })
    await blobs.write('public')
    expect((await blobs.bytes(digest)).toString()).toBe('public')
    expect(await readFile(outside, 'utf8')).toBe('secret')
  })

  it('in place of a folder is not followed by reading, writing, listing or deleting', async () => {
    const folder = await newFolder()
    const outside = await newFolder()
    const blobs = await open(folder)
    const { digest } = await blobs.write('inside')
    const shard = dirname(dirname(pathOf(folder, digest)))
    await rename(shard, join(outside, 'moved'))
    await symlink(join(outside, 'moved'), shard)
    expect(await blobs.find(digest)).toBeUndefined()
    await expect(blobs.write('inside')).rejects.toMatchObject({ code: 'blob_store_unsafe' })
    expect(await readdir(join(folder, 'staging'))).toEqual([])
    const later = await open(folder, { ...realClock, now: () => Date.now() + 86_400_000 })
    expect(await later.collect([], { dryRun: false, olderThanMs: 0 })).toMatchObject({ deletedCount: 0 })
    expect((await stat(join(outside, 'moved', digest.slice(2, 4), digest))).size).toBe(6)
  })
})

describe('a store with foreign files in it', () => {
  it('neither serves nor collects them', async () => {
    const folder = await newFolder()
    const blobs = await open(folder, { ...realClock, now: () => Date.now() + 86_400_000 })
    await mkdir(join(folder, 'blobs', 'zz'), { recursive: true })
    await writeFile(join(folder, 'blobs', 'zz', 'README'), 'not ours')
    await writeFile(join(folder, 'blobs', sha256('stray')), 'stray')
    await blobs.collect([], { dryRun: false, olderThanMs: 0 })
    expect(await readFile(join(folder, 'blobs', 'zz', 'README'), 'utf8')).toBe('not ours')
    expect(await blobs.find(sha256('stray'))).toBeUndefined()
  })
})

describe('a large file that was read right a moment ago', () => {
  it('is found damaged all the same when it changes', async () => {
    const folder = await newFolder()
    const blobs = await open(folder)
    const bytes = Buffer.alloc(9 << 20, 'right')
    const { digest } = await blobs.write(bytes)
    for (let n = 0; n < 2; n++) expect(sha256(await blobs.bytes(digest, bytes.length))).toBe(digest)
    bytes[bytes.length - 1] = 0
    await rm(pathOf(folder, digest))
    await writeFile(pathOf(folder, digest), bytes)
    await expect(blobs.bytes(digest, bytes.length)).rejects.toMatchObject({ code: 'blob_corrupt' })
  })
})

describe('stored files', () => {
  it('cannot be written to, and keep their time until they are written again', async () => {
    const folder = await newFolder()
    const blobs = await open(folder)
    const { digest } = await blobs.write('steady')
    expect((await stat(pathOf(folder, digest))).mode & 0o777 & ~0o444).toBe(0)
    await utimes(pathOf(folder, digest), 1, 1)
    await blobs.bytes(digest)
    expect((await stat(pathOf(folder, digest))).mtimeMs).toBe(1000)
    await blobs.write('steady')
    expect((await stat(pathOf(folder, digest))).mtimeMs).toBeGreaterThan(1000)
  })

  it('are found by a store that was moved', async () => {
    const folder = await newFolder()
    const { digest } = await (await open(folder)).write('portable')
    const moved = join(await newFolder(), 'elsewhere')
    await rename(folder, moved)
    expect((await (await open(moved)).bytes(digest)).toString()).toBe('portable')
  })
})

// A file system of 4 MiB needs the right to mount one.
const small = await newFolder()
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]).status === 0
cleanups.push(() => (canMount ? spawnSync('umount', [small]) : undefined))

describe.skipIf(!canMount)('a full disk (needs the right to mount)', () => {
  it('refuses the write, keeps nothing of it, and goes on when there is space', async () => {
    const blobs = await open(small)
    const kept = await blobs.write(randomBytes(1 << 20))
    const large = randomBytes(6 << 20)
    await expect(blobs.write(large)).rejects.toMatchObject({ code: 'disk_full', kind: 'unavailable' })
    expect(await readdir(join(small, 'staging'))).toEqual([])
    expect(await blobs.find(sha256(large))).toBeUndefined()
    await blobs.verify(kept.digest)
    expect(await blobs.write('small enough')).toMatchObject({ sizeBytes: 12 })
  })
})

describe('a store that cannot be', () => {
  it('says where and why when it opens', async () => {
    const file = join(await newFolder(), 'file')
    await writeFile(file, '')
    await expect(open(join(file, 'store'))).rejects.toMatchObject({
      code: 'blob_store_unavailable',
      message: expect.stringContaining(join(file, 'store')),
    })
  })

  it('is not opened from a URL that is none', async () => {
    for (const url of [
      '',
      'blobs',
      'http://x/y',
      's3://',
      's3://k:s@bucket/',
      's3://b?endpoint=nothing',
      's3://b?zone=1',
    ]) {
      const opening = openBlobs({ url, cacheDir: '', clock: realClock })
      await expect(opening, url).rejects.toMatchObject({ code: 'blob_url_invalid' })
      await expect(opening, url).rejects.not.toThrow(/k:s@/)
    }
  })
})
