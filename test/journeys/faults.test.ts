import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../../examples/flights/replay/api.ts'
import { startServer } from '../../examples/flights/replay/server.ts'
import { faultPoints } from '../../src/platform/runtime/index.ts'
import { sampleOfEach } from '../../src/testing/sample.ts'
import { type Outcome, readOutcome } from './outcome.ts'
import { prepareSmallLoop, type SmallLoop } from './small-loop.ts'

let loop: SmallLoop
let undisturbed: Outcome

beforeAll(async () => {
  loop = await prepareSmallLoop()
  undisturbed = await loop.run({}, ({ api }) => readOutcome(api))
})
afterAll(() => loop?.close())

/** This one has a test of its own below, with an artifact that somebody sends. */
const loopPoints = sampleOfEach(
  faultPoints.filter((point) => point !== 'tracking.artifact.stored'),
  (point) => point.slice(0, point.indexOf('.')),
)

// Each of these is a whole loop with a server that is killed in it. They wait more than they work, so some run at a time.
describe('a server killed with SIGKILL', () => {
  it.concurrent.each(loopPoints)('at %s comes back and finishes the loop as if nothing had happened', async (point) => {
    const { outcome, deaths } = await loop.run({ SLIPWAY_FAULT: point }, async ({ api, server }) => ({
      outcome: await readOutcome(api),
      deaths: server.deaths,
    }))
    expect(deaths).toEqual(['SIGKILL'])
    expect(outcome).toEqual(undisturbed)
  })

  it('at tracking.artifact.stored has the artifact once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-artifact-'))
    await writeFile(join(folder, 'notes.txt'), 'notes')
    const firstEnvironment = { SLIPWAY_FAULT: 'tracking.artifact.stored' }
    const server = await startServer({ dataDir: join(folder, 'data'), port: 0, firstEnvironment })
    try {
      const api = createApi(server.url, AbortSignal.timeout(60_000))
      const experiment = await api.slipway.experiments.create({ name: 'faults' })
      const run = await api.slipway.runs.create({ experimentId: experiment.id })
      const ref = await api.upload(join(folder, 'notes.txt'))
      await api.slipway.runs.artifacts.store({ runId: run.id, path: 'notes.txt', ...ref })
      expect(server.deaths).toEqual(['SIGKILL'])
      const listed = await api.slipway.runs.artifacts.list({ runId: run.id })
      expect(JSON.stringify(listed).match(/notes\.txt/g)).toHaveLength(1)
    } finally {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
