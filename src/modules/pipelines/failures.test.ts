import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PipelineApp, pipelineApp, stepOf } from '../../testing/pipeline-app.ts'
import type { PipelineDefinitionInput } from './index.ts'

type StepInput = PipelineDefinitionInput['steps'][number]

let app: PipelineApp
let counter = 0
beforeAll(async () => {
  app = await pipelineApp({ settings: { 'auth.token': 'operator-secret' } })
  const plain = app.request
  app = {
    ...app,
    request: (method, path, body) => plain(method, path, body, { authorization: 'Bearer operator-secret' }),
  }
})
afterAll(() => app.dispose())

/** Runs a pipeline of these steps once. */
async function run(...steps: StepInput[]) {
  counter += 1
  const name = `p${counter}`
  await ok('POST', '/v1/pipelines', { definition: { name, steps } })
  const { id } = await ok('POST', `/v1/pipelines/${name}/runs`, {})
  return { name, run: await untilEnded(id) }
}

async function ok(method: string, path: string, body?: unknown) {
  const answer = await app.request(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function untilEnded(id: string) {
  await expect.poll(async () => (await ok('GET', `/v1/pipeline-runs/${id}`)).endedAt).toBeDefined()
  return ok('GET', `/v1/pipeline-runs/${id}`)
}

const out = '"$(dirname "$SLIPWAY_STEP")/outputs/out"'
const writing = (script: string): StepInput => ({ name: 'bad', run: `cd ${out}; ${script}`, outputs: { out: 'files' } })

describe('a step that', () => {
  const bad: [string, StepInput, string][] = [
    ['exits with another code', { name: 'bad', run: 'exit 3' }, 'it exited with code 3'],
    ['is killed', { name: 'bad', run: 'kill -SEGV $$' }, 'it was killed by the signal SIGSEGV'],
    ['is a command that does not exist', { name: 'bad', run: ['no-such-program'] }, 'no such command on its PATH'],
    ['is a word the shell does not know', { name: 'bad', run: 'no-such-program' }, 'the shell found no such command'],
    ['hangs', { name: 'bad', run: 'sleep 1000', timeout: '300ms' }, 'it was ended after its timeout of 300ms'],
    [
      'takes too much memory',
      { name: 'bad', run: 'head -c 300000000 /dev/zero | tail | sleep 20', memory: '50MB' },
      'used more memory than its limit of 50MB',
    ],
    ['writes none of its output', writing('true'), 'wrote nothing to its output out'],
    ['removes its output folder', writing(`rm -rf ${out}`), 'wrote nothing to its output out'],
    ['links out of its folder', writing('ln -s /etc/passwd stolen'), 'a link, stolen, that points out of the folder'],
    ['links nowhere', writing('ln -s none broken'), 'a link, broken, that leads nowhere'],
    ['leaves a pipe', writing('mkfifo pipe'), 'holds pipe, which is not a file'],
    ['writes a broken result', { name: 'bad', run: 'echo "{" > ../result.json' }, 'its result.json is not JSON'],
    [
      'writes a result of another form',
      { name: 'bad', run: `echo '{"metrics": {"auc": "high"}}' > ../result.json` },
      'result.json is not as it should be: metrics.auc',
    ],
    [
      'names a metric in a way tracking refuses',
      { name: 'bad', run: `echo '{"metrics": {"a/../b": 1}}' > ../result.json` },
      'The batch is not valid',
    ],
  ]
  it.each(bad)('%s fails with that reason and nothing after it runs', async (_what, step, reason) => {
    const after = [
      { name: 'next', run: 'true', after: ['bad'] },
      { name: 'last', run: 'true', after: ['next'] },
    ]
    const { run: ended } = await run(step, ...after, { name: 'other', run: 'true' })
    expect(ended.state).toBe('failed')
    expect(stepOf(ended, 'bad')).toMatchObject({ state: 'failed', error: expect.stringContaining(reason) })
    expect(stepOf(ended, 'next')).toMatchObject({ state: 'skipped', error: 'step bad failed' })
    expect(stepOf(ended, 'last').state).toBe('skipped')
    expect(stepOf(ended, 'other').state).toBe('succeeded')
    expect(ended.error).toContain(reason)
  })

  it('fails shows the end of its log and keeps its files', async () => {
    const { run: ended } = await run({
      name: 'bad',
      run: 'for i in $(seq 1 50); do echo line $i; done; echo x > kept; exit 1',
    })
    const { error = '', id, attempts, runId } = stepOf(ended, 'bad')
    expect(error).toContain('line 31\n')
    expect(error).not.toContain('line 30\n')
    const folder = join(app.dataDir, 'pipelines', id, '1')
    expect(error).toContain(folder)
    expect(await readFile(join(folder, 'code', 'kept'), 'utf8')).toBe('x\n')
    expect(attempts).toMatchObject([{ state: 'failed', exitCode: 1, logBytes: expect.any(Number) }])
    expect((await ok('GET', `/v1/runs/${runId}`)).status).toBe('FAILED')
  })

  it('fails at first is tried again as often as it says', async () => {
    const flaky = `n=$(basename $(dirname "$SLIPWAY_STEP")); echo attempt $n; [ $n = 2 ]`
    const { run: ended } = await run({ name: 'flaky', run: flaky, retries: 2 })
    expect(ended.state).toBe('succeeded')
    expect(stepOf(ended, 'flaky').attempts.map((attempt) => attempt.state)).toEqual(['failed', 'succeeded'])
    const { run: given } = await run({ name: 'bad', run: 'exit 1', retries: 1 })
    expect(given.state).toBe('failed')
    expect(stepOf(given, 'bad').attempts).toHaveLength(2)
  })

  it('floods its log keeps its place on the disk, and still succeeds', async () => {
    const { run: ended } = await run({ name: 'loud', run: 'head -c 200000000 /dev/zero | tr "\\0" x' })
    expect(ended.state).toBe('succeeded')
    const [attempt] = stepOf(ended, 'loud').attempts
    expect(attempt?.logBytes).toBeLessThan(64 * 1024 ** 2 + 1000)
    const { lines } = await ok('GET', `/v1/pipeline-runs/${ended.id}/logs?step=loud&lines=1`)
    expect(lines[0]).toContain('bytes of output were dropped')
  })
})

describe('the environment of a step', () => {
  it('is small, runs the Node of the server, and its secrets stay out of the log', async () => {
    const { run: ended } = await run({
      name: 'look',
      run: 'env; node -p process.version; cat "$SLIPWAY_STEP"',
      env: { SEED: '7' },
    })
    const { lines }: { lines: string[] } = await ok('GET', `/v1/pipeline-runs/${ended.id}/logs?step=look`)
    const text = lines.join('\n')
    expect(lines).toContain(process.version)
    expect(lines).toContain('SEED=7')
    expect(text).toContain(`SLIPWAY_URL=${app.url}`)
    expect(text).toContain('SLIPWAY_TOKEN=***')
    expect(text).not.toContain(app.platform.children.tokenOf(stepOf(ended, 'look').runId ?? ''))
    expect(text).not.toContain('operator-secret')
    const names = lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split('=')[0])
    expect(names.filter((name) => /^(VITEST|NODE_(?!OPTIONS)|npm_|GIT)/i.test(name ?? ''))).toEqual([])
  })
})

describe('a run', () => {
  it('that is canceled ends its processes, whatever they think of it', async () => {
    const stubborn = `trap '' TERM; sleep 1000 & echo $! > ../pid; while :; do sleep 0.1; done`
    await ok('POST', '/v1/pipelines', {
      definition: {
        name: 'long',
        steps: [
          { name: 'long', run: stubborn },
          { name: 'after', run: 'true', after: ['long'] },
        ],
      },
    })
    const { id, steps } = await ok('POST', '/v1/pipelines/long/runs', {})
    const pidPath = join(app.dataDir, 'pipelines', steps[0].id, '1', 'pid')
    await expect.poll(() => existsSync(pidPath)).toBe(true)
    const canceling = await ok('POST', `/v1/pipeline-runs/${id}/cancel`, {})
    expect(canceling.state).toBe('canceling')
    const ended = await untilEnded(id)
    expect(ended.state).toBe('canceled')
    expect(ended.steps.map((step: { state: string }) => step.state)).toEqual(['canceled', 'canceled'])
    // Nobody may have reaped it yet, which is as good as gone.
    const grandchild = (await readFile(pidPath, 'utf8')).trim()
    const state = await readFile(`/proc/${grandchild}/stat`, 'latin1').catch(() => 'gone')
    expect(state).toMatch(/gone|\) [ZX] /)
    expect((await app.request('POST', `/v1/pipeline-runs/${id}/cancel`, {})).body.code).toBe('pipeline_run_ended')
    await app.platform.jobs.settled()
  })

  it('that failed is retried from where it failed, with what it had read', async () => {
    const token = join(app.dataDir, 'fixed')
    const definition = {
      name: 'repaired',
      steps: [
        { name: 'make', run: `date +%N > ${out}/t`, outputs: { out: 'files' }, cache: false },
        { name: 'use', run: `[ -e ${token} ] && cat ../inputs/made/t`, inputs: { made: 'step/make.out' } },
      ],
    }
    await ok('POST', '/v1/pipelines', { definition })
    const failed = await untilEnded((await ok('POST', '/v1/pipelines/repaired/runs', {})).id)
    expect(failed.state).toBe('failed')
    await ok('POST', '/v1/pipelines', { definition: { name: 'touch', steps: [{ name: 't', run: `touch ${token}` }] } })
    await untilEnded((await ok('POST', '/v1/pipelines/touch/runs', {})).id)
    const retried = await untilEnded((await ok('POST', `/v1/pipeline-runs/${failed.id}/retry`, {})).id)
    expect(retried).toMatchObject({ state: 'succeeded', trigger: { kind: 'retry', id: failed.id } })
    expect(stepOf(retried, 'make')).toMatchObject({ attempts: [], cache: { isHit: true } })
    expect(stepOf(retried, 'make').outputs).toEqual(stepOf(failed, 'make').outputs)
    const again = await app.request('POST', `/v1/pipeline-runs/${retried.id}/retry`, {})
    expect(again.body.code).toBe('pipeline_run_not_failed')
  })

  it('is refused for unknown parameters, inputs and pipelines, with the nearest name', async () => {
    const definition = {
      name: 'strict',
      parameters: { depth: 4 },
      steps: [{ name: 's', run: 'true', inputs: { x: 'dataset/none@3' } }],
    }
    await ok('POST', '/v1/pipelines', { definition })
    const message = async (path: string, body: object) => {
      const answer = await app.request('POST', path, body)
      return `${answer.status} ${answer.body.code} ${answer.body.detail}`
    }
    expect(await message('/v1/pipelines/strict/runs', { parameters: { detph: 5 } })).toMatch(
      /^400 pipeline_parameters_invalid .*did you mean depth\?/,
    )
    expect(await message('/v1/pipelines/strict/runs', { parameters: { depth: 'deep' } })).toContain(
      'a number is wanted',
    )
    expect(await message('/v1/pipelines/strict/runs', {})).toMatch(/^404 pipeline_input_missing .*dataset\/none@3/)
    expect(await message('/v1/pipelines/strcit/runs', {})).toMatch(/^404 pipeline_not_found .*Did you mean strict\?/)
    const climbing = { files: [{ path: '../x', digest: 'a'.repeat(64), sizeBytes: 1 }] }
    expect(await message('/v1/pipelines', { definition, source: climbing })).toContain('not a plain relative path')
    const absent = { files: [{ path: 'x', digest: 'a'.repeat(64), sizeBytes: 1 }] }
    expect(await message('/v1/pipelines', { definition, source: absent })).toMatch(/^400 pipeline_source_missing/)
  })
})

describe('the log of a step', () => {
  it('can be followed from before its start to its end', async () => {
    const name = 'chatty'
    const steps = [
      { name: 'first', run: 'sleep 0.3' },
      { name: 'talk', run: 'for i in 1 2 3; do echo $i; sleep 0.2; done', after: ['first'] },
    ]
    await ok('POST', '/v1/pipelines', { definition: { name, steps } })
    const { id } = await ok('POST', `/v1/pipelines/${name}/runs`, {})
    const url = `${app.url}/v1/pipeline-runs/${id}/steps/talk/log?follow=1`
    const answer = await fetch(url, { headers: { authorization: 'Bearer operator-secret' } })
    const seen: { text: string; at: number }[] = []
    for await (const chunk of answer.body ?? [])
      seen.push({ text: Buffer.from(chunk).toString(), at: performance.now() })
    expect(seen.map((part) => part.text).join('')).toBe('1\n2\n3\n')
    // It arrived while the step was running, not at its end.
    expect((seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(200)
    expect((await ok('GET', `/v1/pipeline-runs/${id}/logs?step=talk&lines=2`)).lines).toEqual(['2', '3'])
    const missing = await app.request('GET', `/v1/pipeline-runs/${id}/steps/tlak/log`)
    expect(missing.body).toMatchObject({ code: 'pipeline_step_not_found' })
  })
})
