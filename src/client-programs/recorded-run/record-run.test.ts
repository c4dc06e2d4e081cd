import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../../modules/datasets/index.ts'
import { tracking } from '../../modules/tracking/index.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const main = resolve(import.meta.dirname, '../../main.ts')

// Signals and exit codes are what it is about: the program itself runs, which takes a part of a second each time.
describe('slipway run', () => {
  let app: TestApp
  let folder: string
  beforeAll(async () => {
    app = await testApp({ modules: [datasets, tracking] })
    folder = await mkdtemp(join(tmpdir(), 'slipway-project-'))
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder })
    await writeFile(join(folder, 'train.sh'), 'echo "$MLFLOW_RUN_ID $MLFLOW_TRACKING_URI"; echo problem >&2; exit 3\n')
    git('init', '-q')
    git('add', '-A')
    git('commit', '-qm', 'first')
    await writeFile(join(folder, 'train.sh'), 'echo "$MLFLOW_RUN_ID $MLFLOW_TRACKING_URI"; echo changed >&2; exit 3\n')
  })
  afterAll(async () => {
    await app.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  function start(
    words: readonly string[],
    url = app.url,
  ): { child: ChildProcess; ended: Promise<[number, string, string]> } {
    const env = { ...process.env, SLIPWAY_URL: url }
    const child = spawn(process.execPath, [main, 'run', ...words], { cwd: folder, env })
    let [out, notes] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      notes += chunk
    })
    const ended = new Promise<[number, string, string]>((done) =>
      child.once('close', (code) => done([code ?? -1, out, notes])),
    )
    return { child, ended }
  }
  async function newestRun() {
    return (await app.request('POST', '/v1/runs/search', { limit: 1 })).body.items[0]
  }
  async function fileOf(runId: string, path: string): Promise<string> {
    const { items } = (await app.request('GET', `/v1/runs/${runId}/artifacts?path=${path.split('/')[0]}`)).body
    const { digest } = items.find((item: { path: string }) => item.path === path)
    return (await fetch(`${app.url}/v1/blobs/${digest}`)).text()
  }

  it('records a command with its commit, its changes, its environment and its output, and ends as it ended', async () => {
    const { ended } = start(['--experiment', 'churn', '--name', 'first', '--tags', 'team=risk', '--', 'sh', 'train.sh'])
    const [code, out, notes] = await ended
    const run = await newestRun()
    expect(code).toBe(3)
    // Clients of the protocol find the server and the run.
    expect(out).toBe(`${run.id} ${app.url}\n`)
    expect(notes).toBe(`Run ${run.id} (first) in churn\nchanged\n`)
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim()
    expect(run).toMatchObject({ name: 'first', status: 'FAILED', tags: { team: 'risk' } })
    expect(run.source).toEqual({ type: 'command', name: 'sh train.sh', commit, dirty: true })
    expect(await fileOf(run.id, 'source/changes.diff')).toContain(
      '-echo "$MLFLOW_RUN_ID $MLFLOW_TRACKING_URI"; echo problem',
    )
    expect(JSON.parse(await fileOf(run.id, 'source/environment.json')).machine.architecture).toBe(process.arch)
    expect((await fileOf(run.id, 'logs/output.txt')).split('\n').sort()).toEqual([
      '',
      'changed',
      `${run.id} ${app.url}`,
    ])
  })

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('knows the packages of a Python', async () => {
    const [code, out] = await start(['--', 'python3', '-c', 'print("ünïcode")']).ended
    expect([code, out]).toEqual([0, 'ünïcode\n'])
    const run = await newestRun()
    expect(run.status).toBe('FINISHED')
    const { interpreter } = JSON.parse(await fileOf(run.id, 'source/environment.json'))
    expect(interpreter.packages.pip).toMatch(/^\d/)
  })

  it('passes on the signal that ends it', async () => {
    const { child, ended } = start([
      '--name',
      'killed',
      '--',
      'sh',
      '-c',
      'trap "echo saved; exit 143" TERM; echo up; while :; do sleep 0.05; done',
    ])
    await new Promise<void>((up) => child.stdout?.once('data', () => up()))
    child.kill('SIGTERM')
    const [code, out] = await ended
    expect([code, out]).toEqual([143, 'up\nsaved\n'])
    expect(await newestRun()).toMatchObject({ name: 'killed', status: 'KILLED' })
  })

  it('does not begin without a server, and says so', async () => {
    const [code, out, notes] = await start(['--', 'echo', 'never'], 'http://127.0.0.1:9').ended
    expect([code, out]).toEqual([6, ''])
    expect(notes).toContain('127.0.0.1:9')
  })

  it('fails like a shell for a command that does not exist', async () => {
    expect((await start(['--', 'no-such-command']).ended)[0]).toBe(127)
    expect((await newestRun()).status).toBe('FAILED')
  })
})
