import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type ServerProcess, startServerProcess } from '../../testing/server-process.ts'

interface RunInfo {
  readonly run: {
    readonly info: { readonly run_id: string; readonly run_name: string }
    readonly data: { readonly metrics?: readonly { readonly key: string }[] }
  }
}

async function call(server: ServerProcess, path: string, body?: object): Promise<RunInfo> {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(`${server.url}/api/2.0/mlflow/${path}`, init)
  expect(answer.status).toBe(200)
  return (await answer.json()) as RunInfo
}

it('keeps a batch and what its tags say about the run together, or neither', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-mlflow-'))
  try {
    // It dies as soon as the metrics are kept.
    const dying = await startServerProcess({ dataDir, fault: 'tracking.batch.committed' })
    const { run } = await call(dying, 'runs/create', { experiment_id: '0', run_name: 'before' })
    const batch = {
      run_id: run.info.run_id,
      metrics: [{ key: 'loss', value: 1, timestamp: 1, step: 0 }],
      tags: [{ key: 'mlflow.runName', value: 'after' }],
    }
    await expect(call(dying, 'runs/log-batch', batch)).rejects.toThrow()
    expect(await dying.ended).toBe('SIGKILL')
    const server = await startServerProcess({ dataDir })
    const found = await call(server, `runs/get?run_id=${run.info.run_id}`).finally(() => server.kill('SIGTERM'))
    expect(found.run.data.metrics?.map((metric) => metric.key)).toEqual(['loss'])
    expect(found.run.info.run_name).toBe('after')
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}, 60_000)
