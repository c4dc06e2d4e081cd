import { sql } from 'kysely'
import type { TypedTx } from '../db/index.ts'
import type { JobRow, JobTables } from './tables.ts'

type JobTx = TypedTx<JobTables>

export interface Enqueued {
  readonly id: string
  /** False when a live job with the same key took it over. */
  readonly isNew: boolean
}

/** Inserts the job, or finds the live one with its key and has it run (again). */
export async function insertJob(tx: JobTx, row: JobRow): Promise<Enqueued> {
  if (row.liveKey === null) {
    await tx.query.insertInto('jobs_jobs').values(row).execute()
    return { id: row.id, isNew: true }
  }
  // Loops only when the live job ended between the two statements, which another PostgreSQL session may do.
  for (;;) {
    const inserted = await tx.query
      .insertInto('jobs_jobs')
      .values(row)
      .onConflict((conflict) => conflict.column('liveKey').where('liveKey', 'is not', null).doNothing())
      .returning('id')
      .executeTakeFirst()
    if (inserted !== undefined) return { id: row.id, isNew: true }
    const id = await joinLiveJob(tx, row)
    if (id !== undefined) return { id, isNew: false }
  }
}

async function joinLiveJob(tx: JobTx, row: JobRow): Promise<string | undefined> {
  const isRunning = sql<boolean>`"state" = 'running'`
  const joined = await tx.query
    .updateTable('jobs_jobs')
    .set({
      payload: row.payload,
      actor: row.actor,
      // LEAST is called MIN in SQLite: hence the CASEs.
      dueAt: sql<number>`CASE WHEN ${isRunning} OR "dueAt" < ${row.dueAt} THEN "dueAt" ELSE ${row.dueAt} END`,
      rerunAt: sql<number>`CASE WHEN NOT (${isRunning}) OR "rerunAt" < ${row.dueAt} THEN "rerunAt" ELSE ${row.dueAt} END`,
    })
    .where('liveKey', '=', row.liveKey)
    .returning('id')
    .executeTakeFirst()
  return joined?.id
}

/** Ends a waiting job, or asks the worker of a running one to stop. */
export async function cancelJob(tx: JobTx, id: string, now: number): Promise<'ended' | 'asked' | 'none'> {
  const ended = await tx.query
    .updateTable('jobs_jobs')
    .set({ state: 'canceled', endedAt: now, liveKey: null })
    .where('id', '=', id)
    .where('state', 'in', ['delayed', 'queued'])
    .returning('id')
    .executeTakeFirst()
  if (ended !== undefined) return 'ended'
  const asked = await tx.query
    .updateTable('jobs_jobs')
    .set({ isCancelRequested: 1, rerunAt: null })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  return asked === undefined ? 'none' : 'asked'
}
