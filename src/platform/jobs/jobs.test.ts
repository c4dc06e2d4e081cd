import { expect, it } from 'vitest'
import { z } from 'zod'
import { currentActor, type Principal, runAs } from '../../kernel/actor.ts'
import { createIds } from '../../kernel/ids.ts'
import { defineJob, handleJob, type JobHandler, type JobRun } from '../../kernel/job.ts'
import { sleep } from '../../kernel/retry.ts'
import { describeDatabases } from '../../testing/databases.ts'
import type { Database } from '../db/index.ts'
import { createLog, systemClock } from '../runtime/index.ts'
import { createJobs, JobCanceled, type Jobs, jobMigrations, ServerStopping } from './index.ts'
import type { JobTables } from './tables.ts'

const log = createLog('silent')
const ids = createIds(systemClock.now)
const work = defineJob('test.work', z.object({ key: z.string() }), { leaseMs: 300, attempts: 3 })

type Run = (job: JobRun<{ key: string }>) => Promise<void>

/** A started queue with one handler; `isSole: false` lets two of them share a database. */
async function queue(db: Database, run: Run, isSole = false): Promise<Jobs> {
  const jobs = createJobs({ db, clock: systemClock, ids, log, isSole })
  jobs.handle(handleJob(work, run))
  await jobs.start()
  return jobs
}

const put = (db: Database, jobs: Jobs, key: string, options = {}) =>
  db.transaction((tx) => jobs.enqueue(tx, work, { key }, options))

describeDatabases('jobs', jobMigrations, (open) => {
  it('runs a job enqueued in a committed transaction and none of one that rolled back', async () => {
    const db = await open()
    const seen: string[] = []
    const jobs = await queue(db, async ({ payload }) => void seen.push(payload.key))
    const id = await put(db, jobs, 'kept')
    await db
      .transaction(async (tx) => {
        await jobs.enqueue(tx, work, { key: 'rolled back' })
        throw new Error('on purpose')
      })
      .catch(() => {})
    await jobs.settled()
    expect(seen).toEqual(['kept'])
    expect(await jobs.find(id)).toMatchObject({ state: 'succeeded', attempt: 1, token: 1 })
    expect(await jobs.listAttempts(id)).toMatchObject([{ token: 1, outcome: 'succeeded' }])
    await jobs.stop(0)
  })

  it('runs a delayed job that became due before its transaction was committed', async () => {
    const db = await open()
    const seen: string[] = []
    const jobs = createJobs({ db, clock: systemClock, ids, log })
    jobs.handle(handleJob(work, async ({ payload }: JobRun<{ key: string }>) => void seen.push(payload.key)))
    await jobs.start()
    await jobs.settled()
    await db.transaction(async (tx) => {
      await jobs.enqueue(tx, work, { key: 'late' }, { at: systemClock.now() + 5 })
      await sleep(30)
    })
    await expect.poll(() => seen).toEqual(['late'])
    await jobs.stop(0)
  })

  it('runs in the name of who enqueued it, or of its module when what it does is the own act of that', async () => {
    const db = await open()
    const seen: [string, Principal][] = []
    const own = defineJob('harbor.decide', z.object({ key: z.string() }), { isOwnAct: true })
    const note = async ({ payload }: JobRun<{ key: string }>) => void seen.push([payload.key, currentActor()])
    const jobs = createJobs({ db, clock: systemClock, ids, log })
    jobs.handle(handleJob(work, note))
    jobs.handle(handleJob(own, note))
    const ann: Principal = { id: 'ann', kind: 'token' }
    await runAs(ann, () => put(db, jobs, 'asked'))
    await runAs(ann, () => db.transaction((tx) => jobs.enqueue(tx, own, { key: 'own' })))
    const old = await put(db, jobs, 'old')
    await db.typed<JobTables>().transaction(async ({ query }) => {
      await query.updateTable('jobs_jobs').set({ actor: null }).where('id', '=', old).execute()
    })
    await jobs.start()
    await jobs.settled()
    await jobs.stop(0)
    expect(Object.fromEntries(seen)).toEqual({
      asked: ann,
      own: { id: 'harbor', kind: 'system' },
      old: { id: 'test', kind: 'system' },
    })
  })

  it('refuses a payload that does not fit its schema', async () => {
    const db = await open()
    const jobs = await queue(db, async () => {})
    const wrong = { key: 7 } as unknown as { key: string }
    await expect(db.transaction((tx) => jobs.enqueue(tx, work, wrong))).rejects.toThrow('expected string')
    await jobs.stop(0)
  })

  it('claims by priority, then by time due, and never before it is due', async () => {
    const db = await open()
    const seen: string[] = []
    const one = defineJob('test.one', z.object({ key: z.string() }), { concurrency: 1 })
    const jobs = createJobs({ db, clock: systemClock, ids, log })
    const handler: JobHandler = handleJob(one, async ({ payload }) => void seen.push(payload.key))
    jobs.handle(handler)
    const now = systemClock.now()
    await db.transaction(async (tx) => {
      await jobs.enqueue(tx, one, { key: 'later' }, { at: now + 3000, priority: 9 })
      await jobs.enqueue(tx, one, { key: 'second' }, { at: now - 10 })
      await jobs.enqueue(tx, one, { key: 'first' }, { at: now - 20 })
      await jobs.enqueue(tx, one, { key: 'urgent' }, { priority: 5 })
    })
    await jobs.start()
    await jobs.settled()
    expect(seen).toEqual(['urgent', 'first', 'second'])
    await expect.poll(() => seen.at(-1)).toBe('later')
    await jobs.stop(0)
  })

  it('never misses a job that is committed while a claim that does not see it is under way', async () => {
    const db = await open()
    const seen: string[] = []
    const jobs = await queue(
      db,
      async ({ payload }) => {
        seen.push(payload.key)
      },
      true,
    )
    for (let ticks = 0; ticks < 40; ticks++) {
      await put(db, jobs, `before ${ticks}`)
      // The end of that job begins a round; the next one arrives at every possible moment of it.
      for (let tick = 0; tick < ticks % 8; tick++) await new Promise((resolve) => setImmediate(resolve))
      await put(db, jobs, `after ${ticks}`)
      await expect.poll(() => seen.length, { interval: 1 }).toBe(2 * (ticks + 1))
    }
    await jobs.stop(0)
  })

  it('gives each of many jobs to exactly one of two workers', async () => {
    const db = await open()
    const seen: string[] = []
    const run: Run = async ({ payload }) => void seen.push(payload.key)
    const [a, b] = [await queue(db, run), await queue(db, run)]
    const keys = Array.from({ length: 60 }, (_, i) => `k${i}`)
    await Promise.all(keys.map((key, i) => put(db, i % 2 === 0 ? a : b, key)))
    await Promise.all([a.settled(), b.settled()])
    expect(seen.toSorted()).toEqual(keys.toSorted())
    await Promise.all([a.stop(0), b.stop(0)])
  })

  it('keeps a long job by heartbeats beyond its lease', async () => {
    const db = await open()
    let calls = 0
    const run: Run = async () => {
      calls += 1
      await sleep(900)
    }
    const [a, b] = [await queue(db, run), await queue(db, run)]
    const id = await put(db, a, 'long')
    await a.settled()
    expect(calls).toBe(1)
    expect(await a.find(id)).toMatchObject({ state: 'succeeded', token: 1 })
    await Promise.all([a.stop(0), b.stop(0)])
  })

  it('gives a job with an expired lease to another worker and ignores what the first one says', async () => {
    const db = await open()
    const outcome: string[] = []
    let release = () => {}
    const frozen = await queue(db, (job) => {
      outcome.push(`frozen ${job.token}`)
      return new Promise<void>((resolve) => {
        release = resolve
      })
    })
    const id = await put(db, frozen, 'contested')
    await expect.poll(() => outcome).toEqual(['frozen 1'])
    await expireLease(db)
    const second = await queue(db, async (job) => {
      outcome.push(`second ${job.token}`)
      await sleep(100)
    })
    await expect.poll(() => outcome).toEqual(['frozen 1', 'second 2'])
    release()
    await second.settled()
    expect(await second.find(id)).toMatchObject({ state: 'succeeded', token: 2, attempt: 2 })
    expect((await second.listAttempts(id)).map((attempt) => attempt.outcome)).toEqual(['lost', 'succeeded'])
    await Promise.all([frozen.stop(0), second.stop(0)])
  })

  it('tries a failing job again with backoff, records every attempt, then gives up', async () => {
    const db = await open()
    const failing = defineJob('test.failing', z.object({}), { attempts: 2 })
    const jobs = createJobs({ db, clock: systemClock, ids, log })
    jobs.handle(
      handleJob(failing, async ({ attempt, isLastAttempt }) => {
        throw new Error(isLastAttempt ? 'no luck at last' : `no luck ${attempt}`)
      }),
    )
    await jobs.start()
    const id = await db.transaction((tx) => jobs.enqueue(tx, failing, {}))
    await expect.poll(async () => (await jobs.find(id))?.state).toBe('failed')
    expect(await jobs.find(id)).toMatchObject({ error: 'no luck at last', attempt: 2 })
    expect(await jobs.listAttempts(id)).toMatchObject([
      { outcome: 'failed', error: 'no luck 1' },
      { outcome: 'failed', error: 'no luck at last' },
    ])
    await jobs.stop(0)
  })

  it('keeps one live job per key, and runs it once more when it was asked for while it ran', async () => {
    const db = await open()
    const seen: string[] = []
    let finish = () => {}
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    const jobs = createJobs({ db, clock: systemClock, ids, log })
    jobs.handle(
      handleJob(work, async ({ payload }) => {
        seen.push(payload.key)
        await gate
      }),
    )
    const first = await put(db, jobs, 'a', { dedupe: 'same' })
    expect(await put(db, jobs, 'b', { dedupe: 'same' })).toBe(first)
    await jobs.start()
    await expect.poll(() => seen).toEqual(['b'])
    expect(await put(db, jobs, 'c', { dedupe: 'same' })).toBe(first)
    expect(await put(db, jobs, 'd', { dedupe: 'same' })).toBe(first)
    finish()
    await jobs.settled()
    expect(seen).toEqual(['b', 'd'])
    expect(await jobs.find(first)).toMatchObject({ state: 'succeeded', token: 2 })
    expect(await put(db, jobs, 'e', { dedupe: 'same' })).not.toBe(first)
    await jobs.settled()
    await jobs.stop(0)
  })

  it('runs a job once more that was asked for while its last attempt failed', async () => {
    const db = await open()
    const once = defineJob('test.once', z.object({}), { attempts: 1 })
    const jobs = createJobs({ db, clock: systemClock, ids, log })
    const seen: number[] = []
    const ask = () => db.transaction((tx) => jobs.enqueue(tx, once, {}, { dedupe: 'same' }))
    jobs.handle(
      handleJob(once, async ({ token }) => {
        seen.push(token)
        if (token > 1) return
        await ask()
        throw new Error('no luck')
      }),
    )
    await jobs.start()
    const id = await ask()
    await expect.poll(async () => (await jobs.find(id))?.state).toBe('succeeded')
    expect(seen).toEqual([1, 2])
    await jobs.stop(0)
  })

  it('cancels a waiting job for good and aborts a running one', async () => {
    const db = await open()
    const reasons: unknown[] = []
    const jobs = await queue(db, async ({ signal }) => {
      await sleep(10_000, signal).catch((reason) => {
        reasons.push(reason)
        throw reason
      })
    })
    const waiting = await put(db, jobs, 'waiting', { at: systemClock.now() + 60_000 })
    const running = await put(db, jobs, 'running')
    await expect.poll(async () => (await jobs.find(running))?.state).toBe('running')
    expect(await db.transaction((tx) => jobs.cancel(tx, waiting))).toBe(true)
    expect(await db.transaction((tx) => jobs.cancel(tx, running))).toBe(true)
    await jobs.settled()
    expect((await jobs.find(waiting))?.state).toBe('canceled')
    expect((await jobs.find(running))?.state).toBe('canceled')
    expect(reasons[0]).toBeInstanceOf(JobCanceled)
    expect(await db.transaction((tx) => jobs.cancel(tx, running))).toBe(false)
    await jobs.stop(0)
  })

  it('gives running jobs back when it stops, without counting the attempt', async () => {
    const db = await open()
    const reasons: unknown[] = []
    const first = await queue(db, ({ signal }) =>
      sleep(10_000, signal).catch((reason) => {
        reasons.push(reason)
        throw reason
      }),
    )
    const id = await put(db, first, 'handed over')
    await expect.poll(async () => (await first.find(id))?.state).toBe('running')
    await first.stop(50)
    expect(reasons[0]).toBeInstanceOf(ServerStopping)
    expect(await first.find(id)).toMatchObject({ state: 'queued', attempt: 0, token: 1 })
    const second = await queue(db, async () => {})
    await second.settled()
    expect(await second.find(id)).toMatchObject({ state: 'succeeded', attempt: 1, token: 2 })
    await second.stop(0)
  })

  it('forgets ended jobs after the time it is told to keep them, however many there are', async () => {
    const db = await open()
    const jobs = await queue(db, async () => {}, true)
    const id = await put(db, jobs, 'old')
    await jobs.settled()
    await jobs.stop(0)
    await copyJob(db, id, 2500)
    await sleep(5)
    const later = createJobs({ db, clock: systemClock, ids, log, isSole: true, keepEndedMs: 1 })
    await later.start()
    await expect.poll(() => countJobs(db)).toBe(0)
    expect(await later.listAttempts(id)).toEqual([])
    await later.stop(0)
  })
})

async function copyJob(db: Database, id: string, count: number): Promise<void> {
  await db.typed<JobTables>().transaction(async ({ query }) => {
    const job = await query.selectFrom('jobs_jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const copies = Array.from({ length: count }, (_, at) => ({ ...job, id: `${id}_${at}` }))
    for (let at = 0; at < count; at += 500)
      await query
        .insertInto('jobs_jobs')
        .values(copies.slice(at, at + 500))
        .execute()
  })
}

async function countJobs(db: Database): Promise<number> {
  const { read } = db.typed<JobTables>()
  const { count } = await read
    .selectFrom('jobs_jobs')
    .select((e) => e.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** As if the worker had been silent for longer than its lease. */
async function expireLease(db: Database): Promise<void> {
  const held = db.typed<{ jobs_jobs: { leaseUntil: number; owner: string; state: string } }>()
  await held.transaction((tx) =>
    tx.query.updateTable('jobs_jobs').set({ leaseUntil: 1, owner: 'gone' }).where('state', '=', 'running').execute(),
  )
}
