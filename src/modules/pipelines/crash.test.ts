import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { callJson } from '../../testing/json-requests.ts'
import { type ServerProcess, startServerProcess } from '../../testing/server-process.ts'
import type { PipelineRunDetail } from './index.ts'

const attemptDir = '"$(dirname "$SLIPWAY_STEP")"'
/** Every attempt writes other bytes, as training does: a step that is recorded twice would show. */
const definition = {
  name: 'kill-me',
  steps: [
    {
      name: 'make',
      run: `cat ../inputs/raw/a.txt > ${attemptDir}/outputs/table/t.txt; date +%N >> ${attemptDir}/outputs/table/t.txt
        echo '{"metrics": {"rows": [{"step": 0, "value": 1}, {"step": 1, "value": 2}]}}' > ${attemptDir}/result.json`,
      inputs: { raw: 'dataset/raw@latest' },
      outputs: { table: 'dataset/table' },
    },
    {
      name: 'train',
      run: `cp ../inputs/table/t.txt ${attemptDir}/outputs/model/m.txt; date +%N >> ${attemptDir}/outputs/model/m.txt`,
      inputs: { table: 'step/make.table' },
      outputs: { model: 'model/killed' },
    },
  ],
}

/** What a client does, and does again with the same words when its server died under it. */
async function drive(server: ServerProcess): Promise<string> {
  const blob = await callJson(server.url, 'PUT', '/v1/blobs', 'raw text')
  await callJson(server.url, 'POST', '/v1/datasets', { name: 'raw' }).catch(() => {})
  const files = [{ path: 'a.txt', digest: blob.digest, sizeBytes: blob.sizeBytes }]
  await callJson(server.url, 'POST', '/v1/datasets/raw/versions', { files })
  await callJson(server.url, 'POST', '/v1/pipelines', { definition })
  const { id } = await callJson(server.url, 'POST', '/v1/pipelines/kill-me/runs', { key: 'once' })
  return id
}

async function ended(server: ServerProcess, id: string): Promise<PipelineRunDetail> {
  for (;;) {
    const run: PipelineRunDetail = await callJson(server.url, 'GET', `/v1/pipeline-runs/${id}`)
    if (run.endedAt !== undefined) return run
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Straight from the outbox of the stopped server. */
function countEvents(dataDir: string): Record<string, number> {
  const db = new DatabaseSync(join(dataDir, 'slipway.db'), { readOnly: true })
  const rows = db.prepare(
    `SELECT type, count(*) AS count FROM slipway_events WHERE type LIKE 'pipelines.%' GROUP BY type`,
  )
  const counts = rows.all().map((row) => [row.type, row.count])
  db.close()
  return Object.fromEntries(counts)
}

describe('a server killed', () => {
  it.concurrent.each([
    'pipelines.run.created',
    'pipelines.step.started',
    'pipelines.step.exited',
    'tracking.batch.committed',
    'datasets.version.committed:2',
    'pipelines.step.recorded',
    'pipelines.run.finished',
  ])('at %s continues where it was, with nothing lost and nothing doubled', async (fault) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'slipway-crash-'))
    const doomed = await startServerProcess({ dataDir, fault })
    await drive(doomed).catch(() => {})
    expect(await doomed.ended).toBe('SIGKILL')

    const server = await startServerProcess({ dataDir })
    const run = await ended(server, await drive(server))
    expect(run.state, run.error).toBe('succeeded')
    expect((await callJson(server.url, 'GET', '/v1/pipeline-runs')).items).toHaveLength(1)
    expect((await callJson(server.url, 'GET', '/v1/datasets/table/versions')).items).toHaveLength(1)
    expect((await callJson(server.url, 'GET', '/v1/models/killed/versions')).items).toHaveLength(1)
    for (const step of run.steps) {
      expect(step.attempts.filter((attempt) => attempt.state === 'succeeded')).toHaveLength(1)
      expect(step.attempts.every((attempt) => ['succeeded', 'lost'].includes(attempt.state))).toBe(true)
      expect((await callJson(server.url, 'GET', `/v1/runs/${step.runId}`)).status).toBe('FINISHED')
    }
    const history = await callJson(server.url, 'GET', `/v1/runs/${run.steps[0]?.runId}/metrics/history?key=rows`)
    expect(history.items).toHaveLength(2)
    await server.kill('SIGTERM')
    expect(countEvents(dataDir)).toEqual({
      'pipelines.run.finished': 1,
      'pipelines.run.started': 1,
      'pipelines.step.finished': 2,
    })
    const left = await readdir(join(dataDir, 'pipelines'))
    expect(left.filter((name) => name.startsWith('str_'))).toEqual([])
    await rm(dataDir, { recursive: true, force: true })
  })
})
