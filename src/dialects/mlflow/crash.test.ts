import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, it } from 'vitest'

// A real process is killed in the middle of real work, so this takes the time of two starts.
const main = resolve(import.meta.dirname, '../../main.ts')
const children: ChildProcess[] = []
const folders: string[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function start(dataDir: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--data-dir', dataDir], { cwd: dataDir })
  children.push(child)
  const url = await new Promise<string>((ready, fail) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      const found = /ready at (http\S+)/.exec(output)?.[1]
      if (found !== undefined) ready(found)
    })
    child.once('exit', () => fail(new Error(`no server: ${output}`)))
  })
  return { url, child }
}

async function post(url: string, path: string, body: object): Promise<{ run: { info: { run_id: string } } }> {
  const answer = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return (await answer.json()) as { run: { info: { run_id: string } } }
}

const perBatch = 50

function batchOf(runId: string, batch: number) {
  const metrics = Array.from({ length: perBatch }, (_, index) => {
    const step = batch * perBatch + index
    return { key: 'loss', value: step / 7, step, timestamp: step }
  })
  return { run_id: runId, metrics }
}

it('keeps every acknowledged point once when the server is killed in the middle of ingest', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-crash-'))
  folders.push(dataDir)
  const first = await start(dataDir)
  const runId = (await post(first.url, 'runs/create', { experiment_id: '0' })).run.info.run_id
  const acknowledged = new Set<number>()
  let next = 0
  const write = async () => {
    for (;;) {
      const batch = next++
      await post(first.url, 'runs/log-batch', batchOf(runId, batch))
      acknowledged.add(batch)
      if (acknowledged.size === 40) first.child.kill('SIGKILL')
    }
  }
  await Promise.allSettled(Array.from({ length: 4 }, write))

  const second = await start(dataDir)
  const stepsNow = async () => {
    const query = new URLSearchParams({ run_id: runId, metric_key: 'loss' })
    const answer = await fetch(`${second.url}/api/2.0/mlflow/metrics/get-history?${query}`)
    const { metrics } = (await answer.json()) as { metrics: { step: number; value: number }[] }
    for (const { step, value } of metrics) expect(value).toBe(step / 7)
    return metrics.map(({ step }) => step)
  }
  const kept = new Set(await stepsNow())
  for (const batch of acknowledged) {
    for (let index = 0; index < perBatch; index++) expect(kept).toContain(batch * perBatch + index)
  }
  // A batch without an answer is there whole or not at all.
  expect(kept.size % perBatch).toBe(0)
  // The client repeats all it is not sure of.
  for (let batch = 0; batch < next; batch++) await post(second.url, 'runs/log-batch', batchOf(runId, batch))
  expect(await stepsNow()).toEqual(Array.from({ length: next * perBatch }, (_, step) => step))
})
