import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { parseIgnoreRules } from './ignore-rules.ts'
import { readSource } from './source-files.ts'

let folder: string

beforeEach(async () => {
  folder = await temporaryFolder()
})

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

const pathsOf = async () => (await readSource(folder)).files.map((file) => file.path)

function git(...args: string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@t']
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' }).trim()
}

describe('readSource', () => {
  it('takes everything but hidden folders, node_modules and what is ignored, in byte order', async () => {
    await write({
      'b.ts': 'b',
      'B.ts': 'B',
      'steps/é.ts': 'e',
      'node_modules/x/index.js': '',
      '.slipway/db': '',
      'out/model.onnx': '',
      'notes.md': '',
      'keep.md': '',
      '.gitignore': '/out\n',
      '.slipwayignore': '*.md\n!keep.md\n',
    })
    expect(await pathsOf()).toEqual(['.gitignore', '.slipwayignore', 'B.ts', 'b.ts', 'keep.md', 'steps/é.ts'])
  })

  it('names bytes by SHA-256 and knows what is executable, and leaves links out', async () => {
    await write({ 'run.sh': 'abc', 'plain.txt': '' })
    await chmod(join(folder, 'run.sh'), 0o755)
    await symlink('/etc/hostname', join(folder, 'link'))
    expect((await readSource(folder)).files).toEqual([
      { path: 'plain.txt', digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', sizeBytes: 0 },
      {
        path: 'run.sh',
        digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        sizeBytes: 3,
        executable: true,
      },
    ])
  })

  it('asks Git what belongs to it, which commit this is and whether it was changed', async () => {
    await write({ 'project/a.ts': 'a', 'project/.hidden/b.ts': 'b', 'project/c.log': 'c', '.gitignore': '*.log\n' })
    git('init', '-q')
    git('remote', 'add', 'origin', 'https://user:secret@example.org/team/project.git')
    git('add', '-A')
    git('commit', '-qm', 'first')
    const clean = await readSource(join(folder, 'project'))
    expect(clean.files.map((file) => file.path)).toEqual(['.hidden/b.ts', 'a.ts'])
    expect(clean).toMatchObject({
      commit: git('rev-parse', 'HEAD'),
      dirty: false,
      repository: 'https://example.org/team/project.git',
    })
    await write({ 'project/new.ts': '' })
    const changed = await readSource(join(folder, 'project'))
    expect(changed).toMatchObject({ dirty: true })
    expect(changed.files.map((file) => file.path)).toContain('new.ts')
  })

  it('refuses data with the way out', async () => {
    await write({ 'data.bin': '' })
    await truncate(join(folder, 'data.bin'), 17 * 1024 ** 2)
    await expect(readSource(folder)).rejects.toMatchObject({
      code: 'source_too_large',
      message: expect.stringContaining('data.bin has 17825792 bytes'),
      hint: expect.stringContaining('.slipwayignore'),
    })
  })
})

describe('parseIgnoreRules', () => {
  // Expected values are what `git check-ignore` answers for the same pattern and path.
  it.each([
    ['*.log', 'a/b.log', false, true],
    ['*.log', 'a/b.logs', false, false],
    ['/a.txt', 'sub/a.txt', false, false],
    ['a/b', 'x/a/b', false, false],
    ['a/**/b', 'a/b', false, true],
    ['a/**/b', 'a/x/y/b', false, true],
    ['**/b', 'x/y/b', false, true],
    ['a/**', 'a/x/y', false, true],
    ['build/', 'build', false, false],
    ['build/', 'x/build', true, true],
    ['?.ts', 'ab.ts', false, false],
    ['[ab].ts', 'b.ts', false, true],
    ['[!ab].ts', 'b.ts', false, false],
    ['a.c', 'abc', false, false],
    ['\\#x', '#x', false, true],
    ['# x', '# x', false, false],
    ['*\n!keep', 'keep', false, false],
  ])('%j and %s', (text, path, isFolder, ignored) => {
    expect(parseIgnoreRules(text).ignores(path, isFolder)).toBe(ignored)
  })
})
