import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { FaultPoint } from '../../src/platform/runtime/index.ts'
import { dialectNames, newDatabaseUrl } from '../../src/testing/databases.ts'
import { type ServerProcess, startServerProcess } from '../../src/testing/server-process.ts'
import { type Load, latestAfter, pointsPerBatch, readBatches, readLatest, startLoad } from './ingest-load.ts'

/** Each server dies in the middle of the load; together they see some hundred thousand points. */
const deaths: readonly {
  readonly title: string
  readonly fault?: `${FaultPoint}:${number}`
  readonly after?: number
}[] = [
  { title: 'after a commit and before its answer', fault: 'tracking.batch.committed:40' },
  { title: 'at the first batches', after: 5 },
  { title: 'at full speed', after: 60 },
  { title: 'later, at full speed', after: 90 },
]
const batchesInAll = 320
/** On PostgreSQL, which is slower and has its own recovery, the two that differ most. */
const deathsOn = { sqlite: deaths, postgres: deaths.filter((_, index) => index % 2 === 0) }
const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

describe.each(dialectNames)('metrics logged at full speed on %s', (dialect) => {
  it('are all there and once, however often the server is killed in between', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'slipway-ingest-'))
    const database = await newDatabaseUrl(dialect)
    cleanups.push(() => rm(dataDir, { recursive: true, force: true }), database.remove)
    const flags = dialect === 'sqlite' ? [] : ['--database-url', database.url]
    const start = async (fault?: string): Promise<ServerProcess> => {
      const server = await startServerProcess({ dataDir, flags, ...(fault === undefined ? {} : { fault }) })
      cleanups.push(() => server.kill('SIGKILL'))
      return server
    }

    let load: Load | undefined
    for (const { title, fault, after } of deathsOn[dialect]) {
      const server = await start(fault)
      load ??= await startLoad(server.url)
      const goal = after === undefined ? Number.POSITIVE_INFINITY : load.acknowledged.size + after
      const rate = await load.run(server.url, batchesInAll, (count) => {
        if (count === goal) void server.kill('SIGKILL')
      })
      expect(await server.ended).toBe('SIGKILL')
      console.log(`${dialect}, killed ${title}: ${Math.round(rate)} metrics/s acknowledged until then`)

      const restarted = await start()
      const kept = await readBatches(restarted.url, load)
      expect([...load.acknowledged].filter((batch) => !kept.has(batch))).toEqual([])
      await restarted.kill('SIGKILL')
    }

    const last = await start()
    if (load === undefined) throw new Error('there was no load')
    const rate = await load.run(last.url, batchesInAll)
    console.log(`${dialect}, undisturbed: ${Math.round(rate)} metrics/s`)
    expect(await readBatches(last.url, load)).toEqual(new Set(Array.from({ length: batchesInAll }, (_, n) => n)))
    for (const [run, runId] of load.runIds.entries()) {
      expect(await readLatest(last.url, runId)).toEqual(latestAfter(batchesInAll, run))
    }
    expect(load.acknowledged.size * pointsPerBatch).toBe(320_000)
  })
})
