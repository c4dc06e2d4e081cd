import { createHash } from 'node:crypto'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHashing } from './hash-thread.ts'

describe('a file that a thread hashes and writes', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-hashing-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const parts = ['first', 'second'].map((word) => Buffer.alloc(100_000, word))
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  it('keeps its digest over a pause that is longer than an idle thread lives', async () => {
    const hashing = createHashing(20)
    const file = await open(join(folder, 'paused'), 'w+')
    const whole = Buffer.concat(parts)
    const hashed = hashing.open(file.fd)
    for (const part of parts) {
      await hashed.write([part])
      await sleep(300)
    }
    expect(await hashed.finish()).toBe(sha256(whole))
    await hashed.leave()
    await file.close()
    expect(await readFile(join(folder, 'paused'))).toEqual(whole)
    await hashing.stop()
  })

  it('fails when its thread died, instead of giving the digest of what came after', async () => {
    const hashing = createHashing()
    const file = await open(join(folder, 'orphan'), 'w+')
    const hashed = hashing.open(file.fd)
    await hashed.write([Buffer.from('before')])
    await hashing.stop()
    await expect(hashed.write([Buffer.from('after')]).then(() => hashed.finish())).rejects.toThrow('thread ended')
    await hashed.leave()
    await file.close()
    await hashing.stop()
  })
})
