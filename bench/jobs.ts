/**
 * No-op jobs through the real queue: enqueued, claimed, run and completed, on SQLite with synchronous=NORMAL, beside
 * graphile-worker on PostgreSQL (both from npm) in the same run.
 *
 *   node bench/jobs.ts            five rounds of 20,000 jobs, a backlog of 200,000 others and a history of 200,000
 *   node bench/jobs.ts --smoke    one round of 1,000 jobs, without the peer
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { z } from 'zod'
import { createIds } from '../src/kernel/ids.ts'
import { defineJob, handleJob } from '../src/kernel/job.ts'
import { type Database, migrate, openDatabase } from '../src/platform/db/index.ts'
import { createJobs, jobMigrations } from '../src/platform/jobs/index.ts'
import { createLog, systemClock } from '../src/platform/runtime/index.ts'
import { startPostgres } from '../src/testing/postgres.ts'

const isSmoke = process.argv.includes('--smoke')
const jobCount = isSmoke ? 1_000 : 20_000
const rounds = isSmoke ? 1 : 5
const enqueueBatch = 100
const concurrency = 50

const noop = defineJob('bench.noop', z.object({ n: z.number() }), { concurrency })
const other = defineJob('bench.other', z.object({}))
const ids = createIds(systemClock.now)
const log = createLog('error')

interface Measured {
  readonly enqueuePerSecond: number
  readonly endToEndPerSecond: number
}

/** Enqueues everything in transactions of 100 while the worker is already running. */
async function measureOurs(db: Database): Promise<Measured> {
  const jobs = createJobs({ db, clock: systemClock, ids, log })
  let doneCount = 0
  jobs.handle(
    handleJob(noop, async () => {
      doneCount += 1
    }),
  )
  await jobs.start()
  const start = performance.now()
  for (let n = 0; n < jobCount; n += enqueueBatch) {
    await db.transaction(async (tx) => {
      for (let i = 0; i < enqueueBatch; i++) await jobs.enqueue(tx, noop, { n: n + i })
    })
  }
  const enqueued = performance.now()
  await jobs.settled()
  const end = performance.now()
  await jobs.stop(0)
  if (doneCount !== jobCount) throw new Error(`${doneCount} of ${jobCount} jobs ran`)
  return { enqueuePerSecond: rate(enqueued - start), endToEndPerSecond: rate(end - start) }
}

/** Jobs that nobody handles, and jobs that ended: neither may slow the claim down. */
async function addBallast(db: Database, count: number): Promise<void> {
  const now = systemClock.now()
  const row = (
    i: number,
    state: string,
    endedAt: number | null,
  ) => sql`(${`job_ballast_${state}_${i}`}, ${other.type}, '{}',
    ${state}, 0, ${now}, 0, 5, 0, 0, ${now}, ${endedAt})`
  for (let i = 0; i < count; i += 500) {
    const range = Array.from({ length: 500 }, (_, j) => i + j)
    await db.typed<never>().transaction(async (tx) => {
      for (const values of [range.map((j) => row(j, 'queued', null)), range.map((j) => row(j, 'succeeded', now))]) {
        await sql`INSERT INTO "jobs_jobs" ("id", "type", "payload", "state", "priority", "dueAt", "attempt", "maxAttempts",
          "token", "isCancelRequested", "createdAt", "endedAt") VALUES ${sql.join(values)}`.execute(tx.query)
      }
    })
  }
}

/** graphile-worker with its own defaults for speed: jobs added in batches of 100, the same concurrency, its batching on. */
async function measurePeer(url: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  execFileSync('npm', ['install', '--prefix', folder, '--silent', 'graphile-worker@0.18.0', 'pg@8.23.1'], {
    stdio: 'ignore',
  })
  const load = createRequire(join(folder, 'index.js'))
  const peer = await import(pathToFileURL(load.resolve('graphile-worker')).href)
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url, max: 20 })
  const quiet = new peer.Logger(() => () => {})
  await peer.runMigrations({ pgPool: pool, logger: quiet })
  let doneCount = 0
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  pool.on('error', () => {})
  const utils = await peer.makeWorkerUtils({ pgPool: pool, logger: quiet })
  const runner = await peer.run({
    pgPool: pool,
    logger: quiet,
    noHandleSignals: true,
    preset: {
      worker: {
        concurrentJobs: concurrency,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: {
      noop: () => {
        doneCount += 1
        if (doneCount === jobCount) finish()
      },
    },
  })
  const start = performance.now()
  for (let n = 0; n < jobCount; n += enqueueBatch) {
    const specs = Array.from({ length: enqueueBatch }, (_, i) => ({ identifier: 'noop', payload: { n: n + i } }))
    await utils.addJobs(specs)
  }
  const enqueued = performance.now()
  await finished
  const end = performance.now()
  await runner.stop()
  await utils.release()
  await pool.end()
  await rm(folder, { recursive: true, force: true })
  return { enqueuePerSecond: rate(enqueued - start), endToEndPerSecond: rate(end - start) }
}

const rate = (ms: number) => Math.round(jobCount / (ms / 1000))
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function medians(name: string, measure: () => Promise<Measured>): Promise<number> {
  const all: Measured[] = []
  for (let i = 0; i < rounds; i++) all.push(await measure())
  const endToEnd = median(all.map((one) => one.endToEndPerSecond))
  const enqueue = median(all.map((one) => one.enqueuePerSecond))
  console.log(`${name.padEnd(52)} ${String(endToEnd).padStart(7)} jobs/s end to end, ${enqueue} enqueued/s`)
  return endToEnd
}

async function withSqlite<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  const db = await openDatabase({ url: `file:${join(folder, 'jobs.db')}`, synchronous: 'normal' })
  await migrate(db, jobMigrations, systemClock.now())
  const result = await work(db)
  await db.close()
  await rm(folder, { recursive: true, force: true })
  return result
}

console.log(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${jobCount} jobs, median of ${rounds}`)
const ours = await withSqlite((db) => medians('slipway, SQLite NORMAL', () => measureOurs(db)))
await withSqlite(async (db) => {
  await addBallast(db, isSmoke ? 1_000 : 200_000)
  await medians('slipway, SQLite NORMAL, backlog and history', () => measureOurs(db))
})
if (!isSmoke) {
  const server = await startPostgres()
  try {
    const url = `${server.url}/postgres`
    const db = await openDatabase({ url, synchronous: 'normal' })
    await migrate(db, jobMigrations, systemClock.now())
    const onPostgres = await medians('slipway, PostgreSQL (fsync off)', () => measureOurs(db))
    await db.close()
    const peer = await medians('graphile-worker, the same PostgreSQL', () => measurePeer(url))
    console.log(
      `ratio to the peer: ${(ours / peer).toFixed(2)} on SQLite, ${(onPostgres / peer).toFixed(2)} on its PostgreSQL`,
    )
  } finally {
    await server.stop()
  }
}
