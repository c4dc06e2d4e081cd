import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { describeMachine, findInterpreter, parseProbe, probeArguments, readGitChanges } from './index.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

describe('the changes of a working tree', () => {
  it('are the difference of its folder to the commit, as git applies it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-git-'))
    folders.push(folder)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder, encoding: 'utf8' })
    await mkdir(join(folder, 'project'))
    const write = (text: string) => writeFile(join(folder, 'project/träin.py'), text)
    await write('lr = 0.1\n')
    await writeFile(join(folder, 'other.py'), 'a\n')
    git('init', '-q')
    git('add', '-A')
    git('commit', '-qm', 'first')
    const project = join(folder, 'project')
    expect(await readGitChanges(project)).toBeUndefined()
    await write('lr = 0.2\n')
    git('add', '-A')
    await write('lr = 0.3\n')
    await writeFile(join(folder, 'other.py'), 'b\n')
    const changes = await readGitChanges(project)
    expect(changes).toContain('+++ b/träin.py')
    expect(changes).toContain('-lr = 0.1\n+lr = 0.3\n')
    expect(changes).not.toContain('other.py')
    git('checkout', '-q', 'HEAD', '--', '.')
    execFileSync('git', ['apply', '--directory=project', '-'], { cwd: folder, input: changes })
    expect(execFileSync('cat', [join(folder, 'project/träin.py')], { encoding: 'utf8' })).toBe('lr = 0.3\n')
  })

  it('of a folder without Git are unknown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-plain-'))
    folders.push(folder)
    expect(await readGitChanges(folder)).toBeUndefined()
  })
})

describe('the interpreter of a command', () => {
  it.each([
    [['python3', 'train.py'], 'python3'],
    [['uv', 'run', 'python', '-m', 'train'], 'python'],
    ['cd steps && .venv/bin/python3.11 train.py | tee log', '.venv/bin/python3.11'],
    ['node steps/train.ts', undefined],
    ['echo pythonic', undefined],
  ])('in %j is %s', (command, interpreter) => {
    expect(findInterpreter(command)).toBe(interpreter)
  })

  const python = spawnSync('python3', ['--version'], { encoding: 'utf8' })
  it.skipIf(python.status !== 0)('tells its version and its packages', () => {
    const told = parseProbe(execFileSync('python3', [...probeArguments], { encoding: 'utf8' }))
    expect(`Python ${told?.version}`).toBe(python.stdout.trim())
    const asked = execFileSync('python3', ['-c', 'import importlib.metadata as m; print(m.version("pip"))'])
    expect(told?.packages.pip).toBe(String(asked).trim())
  })

  it('may print what it likes without being taken for an answer', () => {
    expect(parseProbe('Traceback (most recent call last):\n{"name": broken\n')).toBeUndefined()
  })
})

it('describes this machine', async () => {
  const machine = await describeMachine()
  const processors = Number(execFileSync('getconf', ['_NPROCESSORS_ONLN'], { encoding: 'utf8' }))
  expect(machine.processorCount).toBeLessThanOrEqual(processors)
  expect(machine.system).toBe(`${process.platform} ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim()}`)
  expect(machine.memoryBytes).toBeGreaterThan(2 ** 28)
})
