import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followFile, lastLines, redact, redacted } from './step-log.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a secret in a log', () => {
  it('is replaced wherever the chunks are cut, and nothing else changes', async () => {
    const secret = 'tok-€-123'
    const whole = Buffer.from(`é before ${secret} between ${secret}${secret} almost tok-€-12 ünd`)
    const expected = 'é before *** between ****** almost tok-€-12 ünd'
    for (let size = 1; size <= whole.length; size++) {
      const chunks: Buffer[] = []
      for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
      expect(await text(Readable.from(chunks).pipe(redact(secret)))).toBe(expected)
    }
  })
})

describe('the end of a log', () => {
  it('is its last whole lines, however long it is', async () => {
    const path = join(folder, 'long')
    await writeFile(path, Array.from({ length: 50_000 }, (_, i) => `line ${i}`).join('\n'))
    expect(await lastLines(path, 3)).toEqual(['line 49997', 'line 49998', 'line 49999'])
    expect(await lastLines(join(folder, 'none'), 3)).toEqual([])
  })
})

describe('a followed file', () => {
  it('fails its reader, not the server, when it cannot be told whether it has ended', async () => {
    const log = followFile(join(folder, 'unknown'), () => Promise.reject(new Error('the database is away')))
    await expect(text(redacted(log, 'secret'))).rejects.toThrow('the database is away')
  })

  it('is read from before it exists until it has ended', async () => {
    const path = join(folder, 'growing')
    let hasEnded = false
    const reading = text(followFile(path, async () => hasEnded))
    await new Promise((resolve) => setTimeout(resolve, 120))
    await writeFile(path, 'one\n')
    await new Promise((resolve) => setTimeout(resolve, 120))
    await appendFile(path, 'two\n')
    hasEnded = true
    expect(await reading).toBe('one\ntwo\n')
  })
})
