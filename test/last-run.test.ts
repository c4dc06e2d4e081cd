import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sourceDigest } from '../scripts/last-run.ts'

let root = ''
const write = (name: string, text: string) => writeFileSync(join(root, name), text)

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-sources-'))
  execFileSync('git', ['init', '--quiet'], { cwd: root })
  write('.gitignore', 'ignored\n')
  write('a.ts', 'one')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('is another digest when a file was changed, added, renamed or deleted', () => {
  const digests = [sourceDigest(root)]
  for (const change of [
    () => write('a.ts', 'two'),
    () => write('b.ts', 'new'),
    () => execFileSync('git', ['add', '.'], { cwd: root }) && rmSync(join(root, 'b.ts')),
    () =>
      execFileSync('git', ['mv', 'a.ts', 'c.ts'], { cwd: root }) &&
      execFileSync('git', ['rm', '-q', 'b.ts'], { cwd: root }),
  ]) {
    change()
    digests.push(sourceDigest(root))
  }
  // A file that git knows and that is not there cannot be read: nothing is remembered then.
  expect(digests.map((digest) => typeof digest)).toEqual(['string', 'string', 'string', 'undefined', 'string'])
  expect(new Set(digests).size).toBe(digests.length)
})

it('stays the same for what git ignores, and when nothing happens', () => {
  const before = sourceDigest(root)
  write('ignored', 'built')
  write('a.ts', 'one')
  expect(sourceDigest(root)).toBe(before)
})

it('is unknown outside of git', () => {
  expect(sourceDigest('/')).toBeUndefined()
})
