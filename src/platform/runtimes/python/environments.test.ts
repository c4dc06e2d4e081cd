import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWheel } from '../../../testing/wheel.ts'
import { createProcesses } from '../../process/index.ts'
import { createEnvironments } from './environments.ts'
import { readRequirements } from './requirements.ts'

const run = promisify(execFile)
const processes = createProcesses()
let folder = ''
let wheel = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-environments-'))
  wheel = await makeWheel(folder)
})
afterAll(async () => {
  await processes.stop()
  await rm(folder, { recursive: true })
})

describe('environments', () => {
  // Makes a real virtual environment: some seconds.
  it('are built once for the same requirements, however many ask, and have what was asked for', async () => {
    const place = join(folder, 'built')
    const wanted = { lines: [`tiny-slip @ file://${wheel}`], python: undefined }
    const told: string[][] = [[], []]
    const environments = createEnvironments({ folder: place, processes })
    expect(await environments.isReady(wanted)).toBe(false)
    const [interpreter, same] = await Promise.all(
      told.map((lines) => environments.ensure(wanted, (line) => lines.push(line))),
    )
    expect(same).toBe(interpreter)
    const { stdout } = await run(interpreter ?? '', ['-c', 'import tiny_slip; print(tiny_slip.size)'])
    expect(stdout).toBe('7\n')
    for (const lines of told) expect(lines.join('\n')).toContain('tiny')
    const folders = (await readdir(place, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    expect(folders).toHaveLength(1)
    const again = createEnvironments({ folder: place, processes })
    expect(await again.isReady(wanted)).toBe(true)
    expect(await again.ensure(wanted)).toBe(interpreter)
    const [built, ...others] = await again.list()
    expect(others).toEqual([])
    expect(built).toMatchObject({ name: folders[0]?.name, requirements: wanted.lines })
    expect(built?.name).toBe(await again.nameOf(wanted))
    expect(built?.sizeBytes).toBeGreaterThan(100_000)
    expect(built?.lastUsedAt).toBeGreaterThanOrEqual(built?.builtAt ?? Infinity)
    expect(await again.remove('../built')).toBe(false)
    expect(await again.remove(built?.name ?? '')).toBe(true)
    expect([await again.list(), await again.isReady(wanted)]).toEqual([[], false])
  })

  it('say so when the Python that is wanted is not on this host, and another is taken', async () => {
    const environments = createEnvironments({ folder: join(folder, 'none'), processes })
    const wanted = { lines: [], python: '3.2.1' }
    expect(await environments.substitution(wanted)).toMatch(
      /^the model was made with Python 3\.2\.1, and this host has no Python 3\.2: it runs with Python 3\.\d+\.\d+$/,
    )
    const { stdout } = await run('python3', ['-c', 'import sys; print(sys.version.split()[0])'])
    expect(await environments.substitution({ lines: [], python: stdout.trim() })).toBeUndefined()
    expect(await environments.substitution({ lines: [], python: undefined })).toBeUndefined()
  })

  it('are not built where the team names an interpreter', async () => {
    const environments = createEnvironments({ folder, processes, interpreter: '/opt/team/bin/python' })
    expect(await environments.ensure({ lines: ['numpy==99'], python: '2.7' })).toBe('/opt/team/bin/python')
  })
})

describe('requirements', () => {
  const read = (files: Record<string, string>) => readRequirements(async (path) => files[path])

  it('are those of requirements.txt, without comments', async () => {
    const found = await read({
      'requirements.txt': 'mlflow==3.1 # tracking\n\n# numbers\nnumpy>=2\n',
      'python_env.yaml': 'python: 3.11.7\ndependencies:\n- -r requirements.txt\n',
    })
    expect(found).toEqual({ lines: ['mlflow==3.1', 'numpy>=2'], python: '3.11.7' })
  })

  it('else the pip part of conda.yaml', async () => {
    const conda = 'dependencies:\n- python=3.10.2\n- pip<=24\n- pip:\n  - xgboost==2.1\n'
    expect(await read({ 'conda.yaml': conda })).toEqual({ lines: ['xgboost==2.1'], python: '3.10.2' })
  })

  it('are none where nothing says so', async () => {
    expect(await read({})).toEqual({ lines: [], python: undefined })
  })
})
