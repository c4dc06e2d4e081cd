import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PipelineApp, pipelineApp, stepOf } from '../../testing/pipeline-app.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

describe('a step run keeps', () => {
  let app: PipelineApp
  beforeAll(async () => {
    app = await pipelineApp()
  })
  afterAll(() => app.dispose())

  async function fileOf(runId: string | undefined, path: string): Promise<string> {
    const { items } = (await app.request('GET', `/v1/runs/${runId}/artifacts?path=source`)).body
    const { digest } = items.find((item: { path: string }) => item.path === path)
    return (await fetch(`${app.url}/v1/blobs/${digest}`)).text()
  }

  it('the difference of its code to the commit', async () => {
    const [changes] = await app.store({ 'changes.diff': '--- a/x\n+++ b/x\n' })
    const files = await app.store({ 'steps/run.sh': 'exit 0\n', 'requirements.txt': 'numpy==2.4.6\n' })
    const source = { files, commit: 'a'.repeat(40), dirty: true, changes: { ...changes, path: undefined } }
    const definition = { name: 'changed', steps: [{ name: 'only', run: 'sh steps/run.sh' }] }
    await app.request('POST', '/v1/pipelines', { definition, source })
    const { runId } = stepOf(await app.run('changed'), 'only')
    expect((await app.request('GET', `/v1/runs/${runId}`)).body.source).toMatchObject({ dirty: true })
    expect(await fileOf(runId, 'source/changes.diff')).toBe('--- a/x\n+++ b/x\n')
    const environment = JSON.parse(await fileOf(runId, 'source/environment.json'))
    expect(environment.machine).toMatchObject({ architecture: process.arch })
    expect(environment.lockFiles).toEqual({ 'requirements.txt': files[1]?.digest })
  })

  it('and no collection takes that difference before the first run', async () => {
    const [stored] = await app.store({ 'changes.diff': '--- a/y\n+++ b/y\n' })
    const changes = { digest: stored?.digest, sizeBytes: stored?.sizeBytes }
    const definition = { name: 'waiting', steps: [{ name: 'only', run: 'exit 0' }] }
    await app.request('POST', '/v1/pipelines', { definition, source: { files: [], changes } })
    expect((await app.request('GET', '/v1/pipelines/waiting')).body.current.changes).toEqual(changes)
    const roots: string[] = []
    for await (const digest of app.platform.blobRoots()) roots.push(digest)
    expect(roots).toContain(changes.digest)
  })

  it('refuses a difference that is not stored', async () => {
    const source = { files: [], changes: { digest: 'b'.repeat(64), sizeBytes: 1 } }
    const definition = { name: 'lost', steps: [{ name: 'only', run: 'exit 0' }] }
    const refused = await app.request('POST', '/v1/pipelines', { definition, source })
    expect(refused).toMatchObject({ status: 400, body: { code: 'pipeline_source_missing' } })
  })

  it.skipIf(!hasPython)('the packages of the interpreter that its command names', async () => {
    const run = ['python3', '-c', 'print("hello")']
    await app.apply({ name: 'snake', steps: [{ name: 'only', run }] })
    const { runId } = stepOf(await app.run('snake'), 'only')
    const { interpreter } = JSON.parse(await fileOf(runId, 'source/environment.json'))
    expect(interpreter.name).toBe('python')
    expect(interpreter.packages.pip).toMatch(/^\d+\./)
  })

  it('nothing of an interpreter that cannot say, and succeeds all the same', async () => {
    const code = { 'bin/python3': '#!/bin/sh\n[ "$1" = -c ] && echo broken && exit 9\nexit 0\n' }
    const run = 'chmod +x bin/python3 && ./bin/python3 train.py'
    await app.apply({ name: 'mute', steps: [{ name: 'only', run }] }, code)
    const done = await app.run('mute')
    expect(done.state).toBe('succeeded')
  })
})
